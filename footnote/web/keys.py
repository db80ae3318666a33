"""Let in only who has a key, where keys are set; nothing is read of a request before that.

What a route needs follows from its path, so that no new route can forget to ask for a key:
what is not listed as open wants one.
"""

import hashlib
import hmac
import logging
import math
import re
from collections.abc import Iterable
from typing import Literal

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.web.buckets import Buckets
from footnote.web.clients import Client, Clients
from footnote.web.errors import plain_refusal, refusal

log = logging.getLogger("footnote.web")

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

Need = Literal["nothing", "key", "token", "token_from_elsewhere", "operator"]


def is_admin(path: str) -> bool:
    """Tell whether a path is one of the operator's API.

    >>> is_admin("/api/v1/admin/documents"), is_admin("/api/v1/administer")
    (True, False)
    """
    return _ADMIN.fullmatch(path) is not None


def need_of(path: str) -> Need:
    """Tell what a path wants where a key is set for it.

    >>> need_of("/api/v1/ask"), need_of("/api/v1/admin/state"), need_of("/healthz")
    ('key', 'token', 'nothing')
    >>> need_of("/operator/"), need_of("/metrics")
    ('operator', 'token_from_elsewhere')
    """
    if _OPERATOR_PAGE.fullmatch(path):
        return "operator"
    if path == _METRICS:
        return "token_from_elsewhere"
    if is_admin(path):
        return "token"
    return "nothing" if _OPEN.fullmatch(path) else "key"


class Keys:
    """Ask for keys: 401 for one that is missing or wrong, 404 for routes that are not there.

    Who sent ``wrong_per_minute`` wrong ones, 0 being any number, is not listened to for a while
    (429): a key that is right among many guesses is no use then.
    """

    def __init__(
        self,
        app: ASGIApp,
        api_keys: Iterable[SecretStr],
        admin_token: SecretStr | None,
        clients: Clients,
        wrong_per_minute: int = 0,
    ) -> None:
        self.app = app
        self._admin = frozenset() if admin_token is None else frozenset({_digest_of(admin_token)})
        self._public = frozenset(map(_digest_of, api_keys))
        self._clients = clients
        self._wrong = Buckets(wrong_per_minute) if wrong_per_minute else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[OPERATOR] = False
            refused = self._refused(scope)
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refused(self, scope: Scope) -> Response | None:
        """Return the refusal of a request, None if it may pass."""
        client = self._clients.of(scope)
        wanted = self._wanted(need_of(scope["path"]), client)
        if wanted is None:
            return None
        if not wanted:
            return plain_refusal(404)
        given = _bearer(Headers(scope=scope))
        # A program on this machine and one that comes through a proxy on it are two.
        guesser = f"{client.key} {client.local}"
        # Before it is compared, or the right one among many would still be found.
        if given and self._wrong is not None and (wait := self._wrong.wait(guesser)):
            return _too_many(self._wrong.per_minute, wait)
        scope[OPERATOR] = _among(given, self._admin)
        if _among(given, wanted):
            return None
        if given and self._wrong is not None:
            self._wrong.take(guesser)
            if self._wrong.wait(guesser):
                log.warning("%s sent %d wrong keys", client.key, self._wrong.per_minute)
        return plain_refusal(401, {"WWW-Authenticate": "Bearer"})

    def _wanted(self, need: Need, client: Client) -> frozenset[bytes] | None:
        """Return the keys that open a path, none if it is not there; None if it is open."""
        if need == "operator":
            # A browser sends no key along with an address; what the page shows is asked for.
            return None if self._admin else frozenset()
        if need == "token" or (need == "token_from_elsewhere" and not client.local):
            return self._admin
        if need == "key" and self._public:
            return self._public | self._admin
        return None


def _too_many(most: int, wait: float) -> Response:
    seconds = math.ceil(wait)
    message = (
        f"{most} wrong keys a minute are taken from one client; no key is looked at for {seconds} s"
    )
    return refusal(429, "too_many_keys", message, {"Retry-After": str(seconds)})


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
