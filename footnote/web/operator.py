"""The operator's page: a fixed shell, which asks the admin routes for everything that it shows.

It holds no data, so it is served to whoever asks, where a token is set; see footnote.web.keys.
"""

from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response

from footnote.web.admin import Operated, report_response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ASSETS = Path(__file__).with_name("assets") / "operator"
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}

router = APIRouter(include_in_schema=False)


@router.get("/operator")
def without_slash() -> RedirectResponse:
    """Lead to the page: what it loads is named from there."""
    return RedirectResponse("operator/")


@router.get("/operator/")
def page() -> Response:
    """Serve the shell."""
    return _served("operator.html", "text/html")


@router.get("/operator/reports/{ticket}")
def report(ticket: str, operator: Operated) -> Response:
    """Serve the report that a ticket is for."""
    return report_response(operator, operator.tickets.run_of(ticket))


@router.get("/operator/{name}")
def asset(name: str) -> Response:
    """Serve what the shell is made of: a listed file, whatever is asked for."""
    for path in _ASSETS.iterdir():
        if path.name == name and path.suffix in _MEDIA_TYPES:
            return _served(name, _MEDIA_TYPES[path.suffix])
    raise HTTPException(404)


def _served(name: str, media_type: str) -> Response:
    return FileResponse(
        _ASSETS / name,
        media_type=media_type,
        headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"},
    )
