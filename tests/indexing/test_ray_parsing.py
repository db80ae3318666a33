"""What a worker reads comes from a limited child, whose word is unpickled nowhere."""

import subprocess
import sys
from pathlib import Path

from tests.helpers import write_corpus
from tests.ingest.packages import zipped

CODE = """
import sys
def hook(event, arguments):
    if event == "pickle.find_class":
        raise SystemExit(f"unpickled {arguments}")
from pathlib import Path
from footnote.embedding import EmbedderChoice
from footnote.indexing.ray_parsing import ParseWorker
from footnote.indexing.reads import Reading
from footnote.ingest.folder import list_files
worker = ParseWorker(EmbedderChoice(), ocr=False)
assert worker.begin().embedder is None
sys.addaudithook(hook)
files = list_files(Path(sys.argv[1]))[0]
reading = Reading(files, {}, None)
for file in files:
    read = worker.work(reading.opened(file))
    print([document.text for document, _ in read.documents], [e.document for e in read.skipped])
import pickle
try:
    pickle.loads(pickle.dumps(print))
except SystemExit:
    print("the hook is there")
"""


def test_nothing_is_unpickled_in_a_worker_that_reads(tmp_path: Path) -> None:
    archive = zipped({"c.txt": "Milk.", "d.pdf": b"%PDF-1.4"})
    folder = write_corpus(tmp_path / "docs", {"a.txt": "Tea is drunk hot.", "b.zip": archive})
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "['Tea is drunk hot.'] []",
        "['Milk.'] ['b.zip!/d.pdf']",
        "the hook is there",
    ]
