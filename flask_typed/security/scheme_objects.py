"""OpenAPI's Security Scheme Object: the fields of each type.

Registration time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..declare.checks import is_mapping, is_text
from ..declare.objects import ValuePredicate, are_named_texts, has_fields, is_uri


def is_flow(value: Any) -> bool:
    """Return whether a value is an OAuth Flow Object."""
    urls = dict.fromkeys(("authorizationUrl", "tokenUrl", "refreshUrl"), is_uri)
    return has_fields(value, {**urls, "scopes": are_named_texts}, required=("scopes",))


def are_flows(value: Any) -> bool:
    """Return whether a value is an OAuth Flows Object, each flow with the URLs that it needs."""
    return has_fields(value, dict.fromkeys(FLOW_URLS, is_flow)) and all(
        url in value[flow] for flow, urls in FLOW_URLS.items() if flow in value for url in urls
    )


def is_security_scheme(value: Any) -> bool:
    """Return whether a value is a Security Scheme Object."""
    own = SCHEMES.get(value.get("type", "")) if is_mapping(value) else None
    if own is None:
        return False
    known = {"type": is_text, "description": is_text, **own}
    return has_fields(value, known, tuple(name for name in own if name != "bearerFormat"))


#: The URLs that each flow of OAuth 2 needs.
FLOW_URLS: Mapping[str, tuple[str, ...]] = {
    "implicit": ("authorizationUrl",),
    "password": ("tokenUrl",),
    "clientCredentials": ("tokenUrl",),
    "authorizationCode": ("authorizationUrl", "tokenUrl"),
}
#: The fields of each type of a Security Scheme Object.
SCHEMES: Mapping[str, Mapping[str, ValuePredicate]] = {
    "apiKey": {"name": is_text, "in": lambda value: value in ("query", "header", "cookie")},
    "http": {"scheme": is_text, "bearerFormat": is_text},
    "mutualTLS": {},
    "oauth2": {"flows": are_flows},
    "openIdConnect": {"openIdConnectUrl": is_uri},
}
