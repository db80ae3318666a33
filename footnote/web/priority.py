"""Have the threads that compute give way to the one that takes and answers requests."""

import os
import sys

# By so much "nicer" than the server's own thread, in the units of nice(2).
NICER = 5


def give_way() -> None:
    """Lower the priority of the thread that calls, and of those that it starts.

    The event loop has little to do, and everybody waits for it: a refusal, or the answer that
    the server is alive, must not wait for a processor. Linux alone gives each thread a niceness;
    elsewhere it is the process's, and stays as it is.
    """
    if sys.platform == "linux":
        os.nice(NICER)
