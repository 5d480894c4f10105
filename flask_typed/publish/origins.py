"""Finds the origins of a document's servers, for the Content Security Policy of its page.

Request time, once for each page. The declarations have the servers: no document is made for a
header, unless the app edits it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, product
from typing import Any

from ..declare.checks import IN_URL, SERVER, is_mapping, is_several, passes
from ..security.requirements import find_schemes
from .content import Api
from .declared import Document
from .describing import write_server
from .paths import write_servers
from .plain import plain_rules

#: Begins a URL with a host.
ORIGIN = re.compile(r"(?:(https?):)?//([^/?#]+)", re.IGNORECASE)
#: The only origins that enter a header. CSP has no form for IPv6 addresses.
SOURCE = re.compile(r"(?:https?://)?(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::(?:[0-9]+|\*))?")
#: Stands for any value of a variable. No URL has it: it is a blank.
ANY = "\x1f"
#: With more combinations of values, the variables of a URL count as free.
MOST_VALUES = 64
#: The URLs of an OAuth flow that a page fetches; it opens the others in a window.
FETCHED = ("tokenUrl", "refreshUrl")

is_server = passes(SERVER)


def find_origins(api: Api, document: Document, made: Any = None) -> tuple[str, ...]:
    """Return the origins that a page may send requests to, besides its own, as CSP writes them.

    :param document: a complete declaration.
    :param made: the document itself, if the app edits it.
    """
    if document.edit is not None:
        return find_made_origins(made)
    shown = [o for o in api.operations if document.shows(o.rule, o.details.tags)]
    plain = plain_rules(api.app, api.operations) if document.plain_routes else ()
    name = api.app.config["SERVER_NAME"]
    servers = chain(
        map(write_server, document.servers or ()),
        *(write_servers(rule, name) for rule in (*(o.rule for o in shown), *plain)),
        *(o.details.extra.get("servers", ()) for o in shown),
    )
    requirements = (*api.default, *(way for o in shown for way in o.requirements))
    return write_origins(servers, find_schemes(requirements).values())


def find_made_origins(made: Any) -> tuple[str, ...]:
    """Return the origins of a document that an app edited: any part may have any form."""
    items = mappings(get(made, "paths"))
    operations = [part for item in items for part in mappings(item)]
    found = (get(part, "servers") for part in (made, *items, *operations))
    servers = chain.from_iterable(part for part in found if is_several(part))
    return write_origins(servers, mappings(get(get(made, "components"), "securitySchemes")))


def get(part: Any, key: str) -> Any:
    """Return the value of a key; ``None`` if a part is no mapping."""
    return part.get(key) if is_mapping(part) else None


def mappings(part: Any) -> list[Mapping[str, Any]]:
    """Return the values of a mapping that are mappings."""
    return list(filter(is_mapping, part.values())) if is_mapping(part) else []


def write_origins(servers: Iterable[Any], schemes: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the origins of Server Objects and Security Scheme Objects, each once."""
    urls = chain(
        chain.from_iterable(map(fill_variables, filter(is_server, servers))),
        chain.from_iterable(map(fetched_urls, schemes)),
    )
    found = dict.fromkeys(find_origin(url) for url in urls)
    return tuple(origin for origin in found if origin)


def fetched_urls(scheme: Mapping[str, Any]) -> Iterator[str]:
    """Yield the URLs of a Security Scheme Object that a page fetches."""
    for flow in mappings(scheme.get("flows")):
        yield from (str(flow[key]) for key in FETCHED if key in flow)
    yield str(scheme.get("openIdConnectUrl", ""))


def fill_variables(server: Mapping[str, Any]) -> Iterator[str]:
    """Yield the URLs of a server, for each combination of the values of its variables.

    A variable without a list of values becomes a wildcard, where CSP has one; elsewhere it has its
    default.
    """
    url = server["url"]
    names = list(dict.fromkeys(IN_URL.findall(url)))
    variables = {name: server["variables"][name] for name in names}
    choices = [variables[name].get("enum") or (ANY,) for name in names]
    if math.prod(map(len, choices)) > MOST_VALUES:
        choices = [(ANY,)] * len(names)
    for values in product(*choices):
        filled = fill_url(url, dict(zip(names, values, strict=True)))
        if ANY in filled and find_origin(filled) is None:
            filled = fill_url(url, {name: variables[name]["default"] for name in names})
        yield filled


def fill_url(url: str, values: Mapping[str, str]) -> str:
    """Return a URL with the values of its variables."""
    return IN_URL.sub(lambda found: values[found[1]], url)


def find_origin(url: str) -> str | None:
    """Return the origin of a URL as CSP writes it; ``None`` for a relative URL, or without a form.

    A URL without a scheme has that of the page.
    """
    found = ORIGIN.match(url)
    if found is None or "*" in found[2]:
        return None
    scheme, authority = found.groups()
    host = re.sub(f":{ANY}$", ":*", re.sub(f"(?:{ANY}[.])+", "*.", authority))
    try:
        written = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:  # a label is empty, or too long
        return None
    origin = (f"{scheme}://{written}" if scheme else written).lower()
    return origin if SOURCE.fullmatch(origin) else None
