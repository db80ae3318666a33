"""Have the threads that compute give way to the one that takes and answers requests."""

import os
import sys
import threading
from contextlib import suppress

# By so much "nicer" than the server's own thread, in the units of nice(2).
NICER = 5


def give_way() -> None:
    """Lower the priority of the thread that calls, and of those that it starts.

    The event loop has little to do, and everybody waits for it: a refusal, or the answer that
    the server is alive, must not wait for a processor. Only Linux has priorities of threads.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICER)
