"""A cluster of two nodes, of which one dies in the middle of the work."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from footnote.indexing.update import bring_up_to_date
from footnote.testing import HashEmbedder
from tests.helpers import ROOT, write_corpus
from tests.indexing.rays import contents, settled

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed"),
]

CODE = """
import json, sys, threading
from pathlib import Path
from ray.cluster_utils import Cluster
from footnote.indexing.on_ray import reads_on
from footnote.indexing.report import Silence
from footnote.indexing.update import bring_up_to_date
from footnote.testing import HashEmbedder
from tests.indexing.recipes import Hashing
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
node = cluster.add_node(num_cpus=1)
class Killer(Silence):
    passages = 0
    def embedded(self, passages):
        self.passages += passages
        if self.passages == passages:
            threading.Thread(target=cluster.remove_node, args=(node, False)).start()
killer = Killer()
read_by = reads_on(cluster.address, Hashing(seconds=0.02))
report = bring_up_to_date(
    Path(sys.argv[1]), Path(sys.argv[2]), HashEmbedder(), watcher=killer, read_by=read_by
)
print(json.dumps([len(report.added), report.passages, killer.passages, len(report.skipped)]))
cluster.shutdown()
"""


def test_a_node_that_dies_loses_no_file(tmp_path: Path) -> None:
    texts = {
        f"{n:03}.txt": "\n\n".join(f"Text {n}, part {part}." * 9 for part in range(40))
        for n in range(100)
    }
    corpus = settled(write_corpus(tmp_path / "docs", texts))
    plain = bring_up_to_date(corpus, tmp_path / "plain", HashEmbedder())
    own = {
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": "k" * 40,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(corpus), str(tmp_path / "rays")],
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [len(texts), plain.passages, plain.passages, 0]
    assert contents(tmp_path / "rays") == contents(tmp_path / "plain")
