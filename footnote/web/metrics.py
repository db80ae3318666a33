"""Count and time what the server does, for Prometheus.

No label holds a question's text or a document's name: whoever reads metrics need not know
what was asked.
"""

from collections.abc import Callable, Iterable

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.errors import Busy
from footnote.records import Answer, Writing
from footnote.web.errors import ErrorBody

router = APIRouter()

# What a gauge is called, and what it says.
_NOW = {
    "queue_length": "Questions that wait for a worker.",
    "working": "Questions being worked on.",
    "cache_answers": "Answers kept.",
    "cache_bytes": "Bytes that the answers kept take.",
    "generation": "The index's generation.",
    "documents": "Documents in the index.",
    "passages": "Passages in the index.",
}


class Metrics:
    """The figures of one app, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = self._counter("requests", "Requests, by route.", "route", "status")
        self._questions = self._counter(
            "questions", "Questions, by what came of them, those from the cache too.", "status"
        )
        self._refused = self._counter("refused", "Questions turned away.", "reason")
        self._hits = self._counter("cache_hits", "Questions answered from the cache.")
        self._waiting = self._histogram("waiting", "From a question's arrival to its turn.")
        self._retrieval = self._histogram("retrieval", "Finding passages.")
        self._reading = self._histogram("reading", "Reading passages.")
        self._writing = self._histogram("writing", "A language model's writing, where one is set.")
        self._tokens = self._counter(
            "llm_tokens", "Tokens of the language model, read (in) and written (out).", "kind"
        )
        self._sentences = self._counter(
            "llm_sentences", "The language model's sentences, by what became of them.", "kind"
        )
        self._written = self._counter(
            "llm_answers", "Answers it was asked for: written, or why not.", "outcome"
        )
        self._total = self._histogram("question", "From arrival to answer, the cache's too.")

    def watch(self, now: Callable[[], dict[str, float]]) -> None:
        """Ask for gauges whenever the metrics are read; those left out are not shown."""
        self._registry.register(_Now(now))

    def text(self) -> bytes:
        """Return everything in Prometheus's text format."""
        return generate_latest(self._registry)

    def requested(self, route: str, status: int) -> None:
        """Count a request by its route's template."""
        self._requests.labels(route, str(status)).inc()

    def waited(self, seconds: float) -> None:
        """Note how long a question waited for a worker."""
        self._waiting.observe(seconds)

    def computed(self, answer: Answer) -> None:
        """Note how long the stages of an answer took."""
        self._retrieval.observe(answer.timings_ms.get("retrieve", 0.0) / 1000)
        self._reading.observe(answer.timings_ms.get("read", 0.0) / 1000)
        if answer.writing is not None:
            self._wrote(answer.writing)
            self._writing.observe(answer.timings_ms.get("write", 0.0) / 1000)

    def _wrote(self, writing: Writing) -> None:
        self._tokens.labels("in").inc(writing.tokens_in)
        self._tokens.labels("out").inc(writing.tokens_out)
        self._sentences.labels("supported").inc(writing.supported)
        self._sentences.labels("dropped").inc(writing.dropped)
        self._sentences.labels("marked").inc(writing.marked)
        self._written.labels(writing.failure or "written").inc()

    def hit(self) -> None:
        """Count an answer from the cache."""
        self._hits.inc()

    def answered(self, status: str, seconds: float) -> None:
        """Count an answer by its status."""
        self._questions.labels(status).inc()
        self._total.observe(seconds)

    def not_answered(self, error: BaseException) -> None:
        """Count a question that was turned away, failed, or was given up by its client."""
        if isinstance(error, Busy):
            self._refused.labels(error.reason).inc()
            self._questions.labels("refused").inc()
        else:
            failed = isinstance(error, Exception)
            self._questions.labels("error" if failed else "left").inc()

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"footnote_{name}", told, labels, registry=self._registry)

    def _histogram(self, name: str, told: str) -> Histogram:
        return Histogram(f"footnote_{name}_seconds", told, registry=self._registry)


class _Now(Collector):
    """Gauges that are read when the metrics are."""

    def __init__(self, now: Callable[[], dict[str, float]]) -> None:
        self._now = now

    def describe(self) -> Iterable[Metric]:
        """Name nothing, so that registering reads nothing."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Read the gauges."""
        for name, value in self._now().items():
            yield GaugeMetricFamily(f"footnote_{name}", _NOW[name], value)


class CountRequests:
    """Count every request by the template of its route; what no route takes is one more."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        metrics: Metrics = scope["app"].state.metrics
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            metrics.requested(getattr(scope.get("route"), "path", "other"), status)


@router.get(
    "/metrics",
    summary="What the server does, for Prometheus",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        401: {"model": ErrorBody},
        404: {"model": ErrorBody},
        429: {"model": ErrorBody},
    },
)
def show(request: Request) -> Response:
    """Count and time requests, questions and their stages, in Prometheus's text format."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)
