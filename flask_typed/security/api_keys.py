"""Security schemes with a key in a header, in the query string or in a cookie.

Schemes are made at declaration time and read credentials at request time.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal

from flask import Request
from typing_extensions import Self
from werkzeug.datastructures import WWWAuthenticate

from ..declare.checks import is_text
from ..declare.names import reject_header
from ..declare.objects import reject_misfit
from ..exceptions import DeclarationError
from .headers import Challenge
from .schemes import NamedScheme


@dataclass(eq=False)
class APIKey(NamedScheme[str]):
    """Base of the schemes with a key in one location of the request.

    :param key: the name of the header, query parameter or cookie.
    """

    key: str

    _: KW_ONLY
    realm: str = "api"
    place: Literal["header", "query", "cookie"] = field(default="header", init=False)

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Explain FastAPI's ``name=`` before Python raises its own ``TypeError``.

        :raises DeclarationError: for a name without a key.
        """
        if "name" in options and not (args or "key" in options):
            raise DeclarationError(
                f"{cls.__name__}() has no key; name= is the name of the scheme in the document.",
                instead=f'Write `{cls.__name__}("{options["name"]}")`.',
            )
        return super().__new__(cls, *args, **options)

    def __post_init__(self) -> None:
        """Complete the scheme.

        :raises DeclarationError: if the name or the description is not valid, or the key is not a
            valid name of a header.
        """
        super().__post_init__()
        if self.place == "header":
            reject_header(self.key, self.name)
        else:
            reject_misfit("key=", self.key, is_text, "Write a text.", self.name)

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one challenge, with the location and the name of the key."""
        parameters: dict[str, str | None] = {
            "realm": self.realm,
            "in": self.place,
            "name": self.key,
        }
        return (Challenge("apikey", parameters),)

    def keywords(self) -> dict[str, Any]:
        """Return the fields of the Security Scheme Object."""
        return {"type": "apiKey", "in": self.place, "name": self.key}


class APIKeyHeader(APIKey):
    """A key in a header: ``APIKeyHeader("X-API-Key")``."""

    place = "header"

    def read(self, request: Request) -> str | None:
        """Return the key."""
        return request.headers.get(self.key) or None


class APIKeyQuery(APIKey):
    """A key in the query string; servers and proxies log it."""

    place = "query"

    def read(self, request: Request) -> str | None:
        """Return the key."""
        return request.args.get(self.key) or None


class APIKeyCookie(APIKey):
    """A key in a cookie."""

    place = "cookie"

    def read(self, request: Request) -> str | None:
        """Return the key."""
        return request.cookies.get(self.key) or None
