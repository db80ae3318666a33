"""Say in the OpenAPI description which key each route wants.

It is told by what asks for the keys, so that the two cannot say different things.
"""

from typing import Any

from fastapi import FastAPI

from footnote.settings import Settings
from footnote.web.keys import Need, need_of

KEY, TOKEN = "key", "token"
_SCHEMES: dict[str, dict[str, Any]] = {
    KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "One of the setting `api_keys`.",
    },
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "The operator's, of the setting `admin_token`. It opens the API too.",
    },
}


class DescribedApp(FastAPI):
    """An app whose description has the keys that its settings ask for.

    ``state.settings`` is to be set before it is asked for its description.
    """

    def openapi(self) -> dict[str, Any]:
        """Return the description, which is made once."""
        made = self.openapi_schema is not None
        api = super().openapi()
        if not made:
            _add_security(api, self.state.settings)
        return api


def _add_security(api: dict[str, Any], settings: Settings) -> None:
    used: set[str] = set()
    for path, operations in api["paths"].items():
        wanted = _wanted(need_of(path), settings)
        for operation in operations.values() if wanted else ():
            operation["security"] = wanted
        used.update(name for each in wanted for name in each)
    if used:
        schemes = {name: scheme for name, scheme in _SCHEMES.items() if name in used}
        api.setdefault("components", {})["securitySchemes"] = schemes


def _wanted(need: Need, settings: Settings) -> list[dict[str, list[str]]]:
    """Return any of what opens a path with such a need; nothing for one that is open."""
    operators: list[dict[str, list[str]]] = [{TOKEN: []}] if settings.admin_token else []
    if need == "token":
        return operators
    if need == "token_from_elsewhere":
        # Programs on this machine need none.
        return [{}, *operators] if operators else []
    if need == "key" and settings.api_keys:
        return [{KEY: []}, *operators]
    return []
