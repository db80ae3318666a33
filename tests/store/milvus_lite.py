"""Milvus Lite for tests: a server in a file, and what is in it."""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from milvus_lite.adapter.grpc.server import start_server_in_thread

from footnote.place import MilvusAddress
from footnote.store.milvus_server import MilvusServer


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve a folder as a server of its own would; give its URL."""
    server, database, port = start_server_in_thread(str(folder), port=port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(grace=0).wait()
        database.close()


def collections(address: MilvusAddress) -> list[str]:
    """Return the names of the collections of one prefix."""
    with closing(MilvusServer(address)) as server, server.client() as milvus:
        names = milvus.list_collections(timeout=5)
    return sorted(name for name in names if name.startswith(f"{address.collection}_"))


def rows(address: MilvusAddress, name: str) -> dict[int, tuple[int, int]]:
    """Return since and until of each passage that a collection has a row of, gone ones too."""
    with closing(MilvusServer(address)) as server, server.client() as milvus:
        milvus.load_collection(name, timeout=5)
        found: list[dict[str, Any]] = milvus.query(
            name, filter="id > 0", output_fields=["id", "since", "until"], timeout=5
        )
    return {row["id"]: (row["since"], row["until"]) for row in found}


def left_over(before: set[threading.Thread]) -> set[threading.Thread]:
    """Return the threads that were not there before and do not end within some seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        # The threads that gRPC's server had end when nothing refers to it.
        gc.collect()
        left = {each for each in threading.enumerate() if each not in before}
        if not left:
            break
        time.sleep(0.05)
    return left
