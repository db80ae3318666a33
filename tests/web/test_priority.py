import asyncio
import os
import sys
import threading

import pytest

from footnote.web.admission import Admission
from footnote.web.priority import NICER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has them of threads")


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_what_computes_gives_way_to_what_answers() -> None:
    async def run() -> int:
        return await asyncio.wrap_future(Admission(1, 0, 10).submit(priority))

    before = priority()
    assert asyncio.run(run()) == before + NICER
    assert priority() == before
