"""The operator's part of the HTTP interface: documents, index, evaluations, jobs.

Who may call it is checked by ``footnote.web.keys``, by its path. A body is read as it comes.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, Response

from footnote.errors import Conflict, IndexLocked
from footnote.evaluation.comparison import Comparison
from footnote.evaluation.report.html import policy
from footnote.evaluation.run_files import REPORT
from footnote.web.api import ERRORS, require_json
from footnote.web.errors import ErrorBody
from footnote.web.job_views import JobEntry, JobView
from footnote.web.operation import Operator, OperatorState
from footnote.web.runs import HTML_REPORT, RunSummary
from footnote.web.uploads import Stored, Upload, remove

# A report runs its own script and nothing else, apart from this site's pages and their keys.
REPORT_POLICY = f"{policy()}; frame-ancestors 'none'; sandbox allow-scripts"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

router = APIRouter(
    prefix="/api/v1/admin", responses={**ERRORS, 409: {"model": ErrorBody}}, tags=["operator"]
)


def operator_of(request: Request) -> Operator:
    """Return the operator's object of the app."""
    operator: Operator = request.app.state.operator
    return operator


Operated = Annotated[Operator, Depends(operator_of)]
Json = Depends(require_json)


class IndexRequest(BaseModel):
    """How to bring the index up to date."""

    model_config = ConfigDict(extra="forbid")

    verify_content: bool = False


class VerifyRequest(BaseModel):
    """How to check the index."""

    model_config = ConfigDict(extra="forbid")

    deep: bool = False


class JobList(BaseModel):
    """The last jobs, the newest first, and whether another begins by itself."""

    jobs: list[JobEntry]
    waiting: bool


class RunList(BaseModel):
    """The latest evaluations, the newest first."""

    evaluations: list[RunSummary]


class Link(BaseModel):
    """Where a report can be opened without a key, for ten minutes."""

    address: str


class Removed(BaseModel):
    """A file that is no more in the folder of documents."""

    name: str


@router.get("/state", summary="What is there, and what goes on?")
def state(operator: Operated) -> OperatorState:
    """Tell of the index, the files that were skipped, the settings and the job under way.

    `index_failure` is why the last indexing failed, until one is done.
    """
    return operator.state()


@router.put("/documents/{name:path}", summary="Add or replace a document", openapi_extra=_BODY)
async def put_document(name: str, request: Request, operator: Operated) -> Stored:
    """Store the body as a file of the folder of documents; it is indexed soon after.

    The file is there when all of it has arrived; one of the same name is replaced by it.
    """
    upload = await run_in_threadpool(Upload, operator.corpus, name)
    try:
        async for chunk in request.stream():
            await run_in_threadpool(upload.write, chunk)
        stored = await run_in_threadpool(upload.finish)
    except ClientDisconnect:
        raise HTTPException(400) from None
    finally:
        upload.close()
    operator.index_soon()
    return stored


@router.delete("/documents/{name:path}", summary="Remove a document")
def delete_document(name: str, operator: Operated) -> Removed:
    """Remove a file of the folder of documents; the index forgets it soon after."""
    remove(operator.corpus, name)
    operator.index_soon()
    return Removed(name=name)


@router.post("/index", status_code=202, summary="Bring the index up to date", dependencies=[Json])
def index(asked: IndexRequest, operator: Operated) -> JobView:
    """Begin to index what was added or changed; answers go on, and come from it when it is done.

    A file of the same size and time is taken for unchanged, or with `verify_content` one of the
    same SHA-256.
    """
    try:
        return JobView.of(operator.index(asked.verify_content))
    except IndexLocked as error:
        raise Conflict(str(error)) from error


@router.post("/verify", status_code=202, summary="Check the index", dependencies=[Json])
def verify(asked: VerifyRequest, operator: Operated) -> JobView:
    """Begin to look for damage; `deep` reads everything, and takes longer."""
    return JobView.of(operator.verify(asked.deep))


@router.get("/jobs", summary="List the jobs")
def jobs(operator: Operated) -> JobList:
    """List the last twenty jobs, the newest first; the result of one is given with it alone."""
    # Asked first: what waits may begin meanwhile, and then it is in the list.
    waiting = operator.jobs.waiting
    return JobList(jobs=[JobEntry.of(job) for job in operator.jobs.all()], waiting=waiting)


@router.get("/jobs/{id}", summary="Look at a job")
def job(id: str, operator: Operated) -> JobView:
    """Tell how far a job is, or what came of it."""
    return JobView.of(operator.jobs.get(id))


@router.delete("/jobs/{id}", summary="Cancel a job")
def cancel(id: str, operator: Operated) -> JobView:
    """Have a job stop at its next step: an indexing at its last commit."""
    return JobView.of(operator.jobs.cancel(id))


@router.post("/evaluations", status_code=202, summary="Evaluate", openapi_extra=_BODY)
async def evaluate(
    request: Request,
    operator: Operated,
    format: Annotated[Literal["jsonl", "csv", "squad"], Query()],
    name: Annotated[str, Query(max_length=500)] = "questions",
) -> JobView:
    """Ask every question of a file, which is the body, and measure the answers."""
    try:
        data = await request.body()
    except ClientDisconnect:
        raise HTTPException(400) from None
    return JobView.of(await run_in_threadpool(operator.evaluate, data, name, format))


@router.get("/evaluations", summary="List the evaluations")
def evaluations(operator: Operated) -> RunList:
    """List the latest hundred evaluations, the newest first, with their figures."""
    return RunList(evaluations=operator.runs.all())


@router.post("/evaluations/{id}/resume", status_code=202, summary="Go on with an evaluation")
def resume(id: str, operator: Operated) -> JobView:
    """Go on with an evaluation that was stopped, over the same generation of the index."""
    return JobView.of(operator.resume(id))


@router.get("/evaluations/{id}/report.json", summary="The figures of an evaluation")
def report_json(id: str, operator: Operated) -> FileResponse:
    """Give all figures of an evaluation that has ended."""
    return FileResponse(operator.runs.report(id, REPORT), media_type="application/json")


@router.get("/evaluations/{id}/report.html", summary="The report of an evaluation")
def report_html(id: str, operator: Operated) -> Response:
    """Give the report of an evaluation that has ended, for people."""
    return report_response(operator, id)


@router.post("/evaluations/{id}/link", summary="An address of a report")
def link(id: str, operator: Operated) -> Link:
    """Give an address at which the report opens without a key, for ten minutes."""
    operator.runs.report(id, HTML_REPORT)
    return Link(address=f"operator/reports/{operator.tickets.issue(id)}")


@router.get("/evaluations/{id}/comparison", summary="Compare two evaluations")
def comparison(id: str, baseline: str, operator: Operated) -> Comparison:
    """Tell what differs from a baseline, on the questions that both asked."""
    return operator.runs.compare(id, baseline)


def report_response(operator: Operator, id_: str) -> Response:
    """Make the response of a report, which may do no more than it states itself."""
    return FileResponse(
        operator.runs.report(id_, HTML_REPORT),
        media_type="text/html",
        headers={"Content-Security-Policy": REPORT_POLICY, "Cache-Control": "no-store"},
    )
