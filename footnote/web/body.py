"""Read no more of a body than its route may have, counted as it comes."""

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.web.errors import refusal
from footnote.web.keys import OPERATOR, is_admin

MAX_BODY = 16_000
MB = 1_000_000


class BodyLimit:
    """Refuse a body that says itself that it is too large; the rest is counted as it comes.

    Only an operator's route, called with the token, may be sent up to ``operator_bytes``.
    """

    def __init__(self, app: ASGIApp, operator_bytes: int) -> None:
        self._limits = {
            limit: RequestBodyLimitMiddleware(app, max_body_size=limit)
            for limit in (MAX_BODY, operator_bytes)
        }
        self._operator_bytes = operator_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = MAX_BODY
        if scope["type"] == "http":
            # Both are asked, so that the order of the guards alone opens nothing.
            if is_admin(scope["path"]) and scope.get(OPERATOR, False):
                limit = self._operator_bytes
            declared = Headers(scope=scope).get("content-length", "0")
            if not declared.isdecimal() or int(declared[:20]) > limit:
                message = f"the body has {declared[:20]} bytes; at most {limit} are read"
                await refusal(413, "too_large", message)(scope, receive, send)
                return
        await self._limits[limit](scope, receive, send)
