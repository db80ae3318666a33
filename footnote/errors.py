"""Every error that Footnote raises on purpose.

    FootnoteError
    ├── UsageError             wrong input or setting                    exit 2, HTTP 422
    │   ├── QuestionError      an empty or over-long question
    │   ├── CorpusError        no such folder, or nothing readable in it
    │   ├── NoSuchDocuments    no document is named like what was asked within
    │   ├── QuestionFileError  a question file with bad rows
    │   ├── DocumentNotFound   no document of that id                    HTTP 404
    │   ├── PageNotFound       no picture of that page                   HTTP 404
    │   ├── NotThere           no such file, job or run                  HTTP 404
    │   └── Conflict           something else is under way               HTTP 409
    ├── UnreadableFile         one file that a loader cannot read        skipped and named
    │   └── ArchiveFile        not one document but a zip of files
    ├── ModelError             model files missing, altered or unusable  exit 2, HTTP 503
    ├── GenerationFailed       a language model gave no usable text      answered without it
    ├── FeedbackUnavailable    the database of feedback cannot be used   exit 2, HTTP 503
    │   └── FeedbackFull       as much feedback is kept as may be
    ├── EvaluationFailed       a figure is worse than what was asked for exit 1
    ├── CleanupFailed          committed, and leftovers stay             exit 2
    ├── Interrupted            stopped by a person, and can go on        exit 130
    ├── ClusterUnavailable     Ray cannot be reached, or has no workers  exit 2
    ├── Busy                   more is asked than can be answered        HTTP 503
    └── IndexUnavailable       no index to answer from                   exit 2, HTTP 503
        ├── IndexMissing       there is none yet
        ├── IndexMismatch      made by another model or format version
        ├── IndexLocked        another process is writing it             exit 3
        └── IndexDamaged       what is stored cannot be trusted          exit 4

A message gives the value, the limit and the way out. Errors change shape once, at the edge:
one handler in the command line, one in the API, one in the page.
"""


class FootnoteError(Exception):
    """The base of all; ``exit_status`` is the command line's, ``http_status`` the API's.

    ``retry_after`` seconds it is worth to ask again, where the status is 503.
    """

    code = "internal"
    exit_status = 2
    http_status = 500
    retry_after = 5


class UsageError(FootnoteError):
    """What was given cannot be used."""

    code = "invalid"
    http_status = 422


class QuestionError(UsageError):
    """A question is empty or too long."""

    code = "invalid_question"


class CorpusError(UsageError):
    """The folder of documents is missing or holds nothing that can be read."""

    code = "invalid_corpus"


class NoSuchDocuments(UsageError):
    """No document has a name like those that a question is to be asked of."""

    code = "no_such_documents"


class QuestionFileError(UsageError):
    """A question file has rows that cannot be used."""

    code = "invalid_question_file"


class DocumentNotFound(UsageError):
    """No document has this id."""

    code = "document_not_found"
    http_status = 404


class PageNotFound(UsageError):
    """A document has no such page, or its file is no longer there to be drawn."""

    code = "page_not_found"
    http_status = 404


class NotThere(UsageError):
    """What an operator names is not there: a file, a job, a run."""

    code = "not_found"
    http_status = 404


class Conflict(UsageError):
    """It cannot be done now, because of something else that is under way."""

    code = "conflict"
    http_status = 409


class UnreadableFile(FootnoteError):
    """A file cannot be read as its format; ingest skips it and names it."""

    code = "unreadable_file"


class ArchiveFile(UnreadableFile):
    """A file is an archive: it has no text of its own, and the files in it can be read."""


class ModelError(FootnoteError):
    """Model files are missing, altered or unusable."""

    code = "model_unavailable"
    http_status = 503


class GenerationFailed(FootnoteError):
    """A language model gave no usable text; the engine answers without it.

    ``reason`` is a short name for metrics and answers; ``pause`` the seconds that the model's
    server asks not to be asked for, where it does.
    """

    code = "generation_failed"

    def __init__(self, message: str, reason: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.pause = pause


class FeedbackUnavailable(FootnoteError):
    """The database of feedback cannot be written or read."""

    code = "feedback_unavailable"
    http_status = 503


class FeedbackFull(FeedbackUnavailable):
    """As much feedback is kept as may be."""

    code = "feedback_full"


class EvaluationFailed(FootnoteError):
    """An evaluation ended, and a figure of it is worse than what was asked for."""

    code = "evaluation_failed"
    exit_status = 1


class CleanupFailed(FootnoteError):
    """A change is committed, and what was before it could not be cleared away."""

    code = "cleanup_failed"


class Interrupted(FootnoteError):
    """A person stopped what was under way; the message tells how it goes on."""

    code = "interrupted"
    exit_status = 130


class ClusterUnavailable(FootnoteError):
    """A cluster that is to do the work cannot be joined, or its workers cannot begin."""

    code = "cluster_unavailable"


class Busy(FootnoteError):
    """More is asked than can be answered. ``reason`` is queue, deadline, stopping or pictures."""

    code = "busy"
    http_status = 503
    retry_after = 1

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class IndexUnavailable(FootnoteError):
    """There is no index to answer from."""

    code = "index_unavailable"
    http_status = 503


class IndexMissing(IndexUnavailable):
    """There is no index yet."""


class IndexMismatch(IndexUnavailable):
    """The index was made by another model or format version."""

    code = "index_mismatch"


class IndexLocked(IndexUnavailable):
    """Another process is writing this index."""

    code = "index_locked"
    exit_status = 3


class IndexDamaged(IndexUnavailable):
    """What is stored cannot be trusted."""

    code = "index_damaged"
    exit_status = 4
