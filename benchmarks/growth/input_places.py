"""The locations of a request except its JSON body, with requests of ``n`` parts for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

from flask_typed import Cookie, Depends, Form, Header, HTTPBasic, HTTPBearer, Query, Typed
from input_types import APART

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=B"


@dataclass(frozen=True)
class Sent:
    """A request."""

    path: str
    query: str = ""
    body: str = ""
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many bytes it has, but for what any request has."""
        return len(self.query) + len(self.body) + sum(map(len, self.headers.values()))


Make = Callable[[int], Sent]


def take_query(
    numbers: Annotated[list[int], Query()] = [],  # noqa: B006  # nobody changes it
    unique: Annotated[set[Decimal], Query()] = set(),  # noqa: B006
    joined: Annotated[list[int], Query(explode=False)] = [],  # noqa: B006
    deep: Annotated[dict[str, list[int]], Query(style="deepObject")] = {},  # noqa: B006
    number: float = 1.0,
    price: Decimal = Decimal(1),
) -> int:
    """Take parameters of the query."""
    return len(numbers)


def take_headers(
    x_items: Annotated[list[int], Header()] = [],  # noqa: B006
    number: Annotated[int, Cookie()] = 1,
) -> int:
    """Take headers and cookies."""
    return len(x_items)


def take_form(numbers: Annotated[list[int], Form()], text: Annotated[str, Form()] = "") -> int:
    """Take a form."""
    return len(numbers)


def let_in(name: Annotated[Any, Depends(HTTPBasic())]) -> int:
    """Take a name and a password."""
    return 1


def let_bearer_in(token: Annotated[str, Depends(HTTPBearer())]) -> int:
    """Take a token."""
    return 1


def add_routes(typed: Typed) -> None:
    """Add the routes for these places."""
    typed.get("/query")(take_query)
    typed.get("/headers")(take_headers)
    typed.get("/basic")(let_in)
    typed.get("/bearer")(let_bearer_in)
    typed.post("/form")(take_form)


def query(write: Callable[[int], str]) -> Make:
    """Return what makes a query of parameters."""
    return lambda n: Sent("/query", query="&".join(map(write, range(n))))


def header(path: str, name: str, write: Callable[[int], str]) -> Make:
    """Return what makes a request with one header."""
    return lambda n: Sent(path, headers={name: write(n)})


def form(write: Callable[[int], str]) -> Make:
    """Return what makes a form in one line."""
    return lambda n: Sent("/form", body="&".join(map(write, range(n))), content_type=URLENCODED)


def parts(names: Callable[[int], str]) -> Make:
    """Return what makes a form in parts."""
    head = "--B\r\nContent-Disposition: form-data; name="

    def write(names_: Iterable[str]) -> str:
        return "".join(f'{head}"{name}"\r\n\r\n1\r\n' for name in names_) + "--B--\r\n"

    return lambda n: Sent("/form", body=write(map(names, range(n))), content_type=MULTIPART)


PLACES: Mapping[str, Make] = {
    "query, valid": query(lambda i: f"numbers={i}"),
    "query, wrong": query(lambda i: "numbers=x"),
    "query, one hash": query(lambda i: f"unique={i * APART}"),
    "query, other names": query(lambda i: f"other{i}=1"),
    "query, joined": lambda n: Sent("/query", query="joined=" + ",".join("1" * n)),
    "query, joined and wrong": lambda n: Sent("/query", query="joined=" + ",".join("x" * n)),
    "query, deep": query(lambda i: f"deep[key{i}]=1"),
    "query, deep and wrong": query(lambda i: f"deep[key{i}]=x"),
    "query, deep and repeated": query(lambda i: "deep[key]=1"),
    "query, long number": lambda n: Sent("/query", query="number=" + "7" * 10 * n),
    "query, long Decimal": lambda n: Sent("/query", query="price=" + "7" * 10 * n),
    "header, valid": header("/headers", "X-Items", lambda n: ",".join("1" * n)),
    "header, wrong": header("/headers", "X-Items", lambda n: ",".join("x" * n)),
    "header, spaces": header("/headers", "X-Items", lambda n: "1" + " " * 10 * n + "x"),
    "cookies": header("/headers", "Cookie", lambda n: "; ".join(f"a{i}=1" for i in range(n))),
    "Basic": header("/basic", "Authorization", lambda n: "Basic " + "QUFB" * n),
    "Bearer": header("/bearer", "Authorization", lambda n: "Bearer " + "Q" * 4 * n),
    "parameters of credentials": header(
        "/bearer", "Authorization", lambda n: "Digest " + ", ".join(f'a{i}="x"' for i in range(n))
    ),
    "form, valid": form(lambda i: "numbers=1"),
    "form, wrong": form(lambda i: "numbers=x"),
    "form, other names": form(lambda i: f"other{i}=1"),
    "form in parts, valid": parts(lambda i: "numbers"),
    "form in parts, other names": parts(lambda i: f"other{i}"),
    "content type": lambda n: Sent(
        "/form",
        body="numbers=1",
        content_type=URLENCODED + "".join(f"; a{i}=b" for i in range(n)),
    ),
}
