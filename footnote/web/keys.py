"""Let in only who has a key, where keys are set; nothing is read of a request before that.

What a route needs follows from its path, so that no new route can forget to ask for a key:
what is not listed as open wants one.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.web.clients import Clients
from footnote.web.errors import plain_refusal

# Set in the scope of a request that came with the admin token.
OPERATOR = "footnote.operator"

# The shell of the page, what it is made of, and what describes the API: no documents in them.
# A widget has no key that a visitor would not see; what it may see, footnote.web.widget_gate
# and the widget's own routes decide.
_OPEN = re.compile(
    r"/(?:healthz|readyz|favicon\.ico|theme\.css|manifest\.json|widget\.js"
    r"|static/.+|assets/.+|page/.+|widget/.+"
    r"|api/docs|api/openapi\.json|api/v1/widgets/.+)?"
)
_ADMIN = re.compile(r"/api/v1/admin(?:/.*)?", re.DOTALL)
_OPERATOR_PAGE = re.compile(r"/operator(?:/.*)?", re.DOTALL)
_METRICS = "/metrics"


def is_admin(path: str) -> bool:
    """Tell whether a path is one of the operator's API.

    >>> is_admin("/api/v1/admin/documents"), is_admin("/api/v1/administer")
    (True, False)
    """
    return _ADMIN.fullmatch(path) is not None


class Keys:
    """Ask for keys: 401 for one that is missing or wrong, 404 for routes that are not there."""

    def __init__(
        self,
        app: ASGIApp,
        api_keys: Iterable[SecretStr],
        admin_token: SecretStr | None,
        clients: Clients,
    ) -> None:
        self.app = app
        self._admin = frozenset() if admin_token is None else frozenset({_digest_of(admin_token)})
        self._public = frozenset(map(_digest_of, api_keys))
        self._clients = clients

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = _bearer(Headers(scope=scope))
            scope[OPERATOR] = _among(given, self._admin)
            status = self._status(scope, given)
            if status is not None:
                headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
                await plain_refusal(status, headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _status(self, scope: Scope, given: str) -> int | None:
        """Return the status to refuse a request with, None if it may pass."""
        path = scope["path"]
        if _OPERATOR_PAGE.fullmatch(path):
            # A browser sends no key along with an address; what the page shows is asked for.
            return None if self._admin else 404
        if path == _METRICS and self._clients.of(scope).local:
            return None
        if is_admin(path) or path == _METRICS:
            if not self._admin:
                return 404
            return None if scope[OPERATOR] else 401
        if not self._public or _OPEN.fullmatch(path) or scope[OPERATOR]:
            return None
        return None if _among(given, self._public) else 401


def _bearer(headers: Headers) -> str:
    """Return the key that a request came with, an empty text if it is not exactly one."""
    given = headers.getlist("authorization")
    scheme, _, key = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    return key.strip() if scheme.lower() == "bearer" else ""


def _digest_of(key: SecretStr) -> bytes:
    return _digest(key.get_secret_value())


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _among(given: str, digests: Iterable[bytes]) -> bool:
    """Compare with every key, in a time that tells neither how much nor which one fits."""
    digest = _digest(given)
    return sum(hmac.compare_digest(digest, each) for each in digests) > 0
