"""Make the server's application of an engine."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from footnote import __version__
from footnote.asks import Asks
from footnote.feedback import FeedbackStore
from footnote.settings import Settings
from footnote.web import (
    api,
    completions,
    docs,
    feedback,
    library,
    metrics,
    pictures,
    widget_pages,
    widgets,
)
from footnote.web.asking import Asking
from footnote.web.described import DescribedApp
from footnote.web.drawing import Pictures
from footnote.web.errors import add_handlers
from footnote.web.examples import Examples
from footnote.web.guards import add_guards
from footnote.web.metrics import CountRequests, Metrics


def create_app(engine: Asks, settings: Settings) -> FastAPI:
    """Make the application: the HTTP interface, its documentation, and the page.

    Raises UsageError where a listed host or origin is malformed.
    """
    app = DescribedApp(
        title="Footnote",
        version=__version__,
        description="Answers questions over a folder of documents, with citations exact to the "
        "character: `document.text[start:end] == quote`, in Unicode code points.",
        openapi_url="/api/openapi.json",
        # Their pages load scripts from another host.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    put_engine(app, engine, settings)
    app.state.widgets = {widget.id: widget for widget in settings.widgets.values()}
    app.state.feedback = FeedbackStore(settings.feedback_url) if settings.feedback_url else None
    app.state.pictures = Pictures(settings.corpus)
    add_handlers(app)
    add_guards(app, settings)
    app.add_middleware(CountRequests)
    app.include_router(api.router)
    app.include_router(library.router)
    app.include_router(metrics.router)
    app.include_router(pictures.router)
    app.include_router(feedback.router)
    app.include_router(completions.router)
    app.include_router(widgets.router)
    app.include_router(widget_pages.router)
    app.include_router(docs.router)
    if settings.admin_token is not None:
        _add_operator(app, engine, settings)
    _mount_page(app, settings)
    return app


def put_engine(app: FastAPI, engine: Asks, settings: Settings) -> None:
    """Put an engine behind an app's routes, with a cache, a queue and metrics of its own."""
    app.state.engine = engine
    app.state.examples = Examples(engine, settings.examples)
    app.state.metrics = Metrics()
    app.state.asking = Asking(engine, settings, app.state.metrics)
    app.state.operator = None


def _add_operator(app: FastAPI, engine: Asks, settings: Settings) -> None:
    # Here, because what measures answers takes a second to load.
    from footnote.web import admin, operator
    from footnote.web.operation import Operator

    app.state.operator = Operator(engine, settings)
    app.include_router(admin.router)
    app.include_router(operator.router)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.pictures.close()


def _mount_page(app: FastAPI, settings: Settings) -> None:
    # Gradio and the hub's client read these when they are imported, which is why that waits.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    if not settings.hub:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from footnote.web.page import mount_page

    mount_page(app)
