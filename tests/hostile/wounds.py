"""What can be wrong with a request: each wound makes a good one bad, in one place."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from urllib.parse import quote, quote_from_bytes

from .apps import DrawnApp, Route
from .requests import ABSENT, BOUNDARY, Request, make_request, set_json
from .values import BREAKS, ODD_TEXTS, draw_odd, mutate, sink, swell, write


def draw_request(random: Random, app: DrawnApp, route: Route) -> Request:
    """Return a request, with up to three wounds."""
    request = make_request(random, app, route)
    for _ in range(random.choice([0, 1, 1, 1, 2, 3])):
        wound = random.choice(WOUNDS)
        wound(random, request, route)
        request.wounds.append(wound.__name__)
    return request


def change_value(random: Random, request: Request, route: Route) -> None:
    """Change the JSON in one place."""
    if request.json is not ABSENT:
        set_json(request, mutate(random, request.json))


def replace_value(random: Random, request: Request, route: Route) -> None:
    """Send any other JSON."""
    if request.json is not ABSENT:
        set_json(request, draw_odd(random))


def swell_value(random: Random, request: Request, route: Route) -> None:
    """Send a large value."""
    if request.json is not ABSENT:
        value = request.json
        key = random.choice([*value, None]) if isinstance(value, dict) else None
        large = swell(random, value if key is None else value[key])
        set_json(request, large if key is None else {**value, key: large})


def sink_value(random: Random, request: Request, route: Route) -> None:
    """Send a deep value."""
    request.body = sink(random, None if request.json is ABSENT else request.json)
    request.json = ABSENT


def break_text(random: Random, request: Request, route: Route) -> None:
    """Break the text of the JSON."""
    text = b'"x"' if request.json is ABSENT else write(request.json)
    request.body, request.json = random.choice(BREAKS)(random, text), ABSENT


def break_body(random: Random, request: Request, route: Route) -> None:
    """Cut, change or repeat the bytes of the body."""
    body, request.json = request.body, ABSENT
    at = random.randrange(len(body) + 1)
    request.body = random.choice(
        [
            body[:at],
            body[:at] + random.randbytes(3) + body[at:],
            body + body,
            b"",
            body.replace(b"=", b"&"),
            body.replace(b"\r\n", b"\n"),
            body.replace(b'name="', b'name*="'),
            body.replace(b'name="', b'nam="'),
            body.replace(b"form-data", b"\xff"),
            body.replace(b"--" + BOUNDARY.encode() + b"--", b""),
            body.replace(b"upload", b"uploaf"),
            body.replace(b"f.txt", quote_from_bytes(random.randbytes(9)).encode() + b"\x00\xc3"),
            body.replace(b"text/plain", random.choice([b"", b"x", b"a/b; c=\xff", b"/"])),
            b"a=1&" * 500 + body,
            b"%zz=%ff&=&&field_0=%00" + body,
        ]
    )


def change_type(random: Random, request: Request, route: Route) -> None:
    """Send another media type, or an odd charset or boundary."""
    request.json = ABSENT
    request.remove("Content-Type")
    value = random.choice(MEDIA_TYPES)
    if value:
        request.set("Content-Type", value)


MEDIA_TYPES = [
    b"", b"text/plain", b"application/json; charset=utf-16", b"application/json; charset=nonsense",
    b"application/json; charset=\xff", b"application/json;;", b"application/JSON", b"json", b"/",
    b";", b"application/problem+json", b"application/x-www-form-urlencoded; charset=latin-1",
    b"application/x-www-form-urlencoded", b"multipart/form-data", b"multipart/form-data; boundary=",
    b"multipart/form-data; boundary=\xff", b"multipart/form-data; boundary=" + b"x" * 300,
    b'multipart/form-data; boundary="a b"', b"multipart/mixed; boundary=b0undary",
    b"multipart/form-data; boundary=b0undary; boundary=other", b"a/b" * 900,
]  # fmt: skip


def break_framing(random: Random, request: Request, route: Route) -> None:
    """Announce another length than is sent."""
    request.is_http, request.json = False, ABSENT
    lengths = [b"0", b"-1", b"+1", b"1e3", b"", b"x", b"1, 1", b"9" * 30, b"\xb2", b"0x10", b"1_0"]
    more, fewer = b"%d" % (len(request.body) + 7), b"%d" % max(0, len(request.body) - 1)
    request.length = random.choice([*lengths, more, fewer])


def chunk(random: Random, request: Request, route: Route) -> None:
    """Send the body in chunks, which may be broken."""
    request.chunks = write_chunks
    if random.random() < 0.5:
        request.is_http, request.json = False, ABSENT
        request.chunks = random.choice(BROKEN_CHUNKS)


def write_chunks(body: bytes) -> bytes:
    """Return a body in two chunks."""
    parts = (body[:5], body[5:])
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part) + b"0\r\n\r\n"


BROKEN_CHUNKS: list[Callable[[bytes], bytes]] = [
    lambda body: write_chunks(body)[:-5],
    lambda body: b"zz\r\n" + write_chunks(body),
    lambda body: b"fffffffff\r\n" + body,
    lambda body: b"-1\r\n" + body,
    lambda body: b"5;ext=1\r\nab\r\n",
    lambda body: b"",
    lambda body: body,
]


def break_credentials(random: Random, request: Request, route: Route) -> None:
    """Send other credentials, or none."""
    request.is_known = not route.guard
    for name in ("Authorization", "X-Key"):
        request.remove(name)
    request.query = request.query.replace("key=", "kee=")
    cookies = [value for name, value in request.headers if name == "Cookie"]
    request.remove("Cookie")
    for value in cookies:
        request.set("Cookie", value.replace(b'key="', b'kee="'))
    request.set("X-Key", random.choice([b"", b"wrong", b"\xff\xfe", b"a" * 4000]))
    if value := random.choice(CREDENTIALS):
        request.set("Authorization", value)


CREDENTIALS = [
    b"", b"Basic", b"Basic ", b"Basic !!!", b"Basic YQ==", b"Basic YTpi", b"Basic //8=",
    b"Basic OjpAOg", b"Basic \xff\xfe", b"basic   YTpi", b"Basic YTpi, Basic YTpi",
    b"Basic " + b"QQ" * 2000, b"Bearer", b"Bearer ", b"Bearer \xc3\xa9", b"Bearer a b",
    b"Bearer a=b", b"Bearer =", b"bearer,", b"Bearer " + b"x" * 4000, b"Digest", b"Digest ",
    b"Digest a", b"Digest =", b'Digest username="', b'Digest username="\xff", realm="api"',
    b'Digest username*=UTF-8\'\'%ff, realm="api"', b"Digest ,,,",
    b'Digest username="ann", realm="api", nonce="\xc3\xa9", uri="/", qop=auth,'
    b" nc=1, cnonce=c, response=r",
    b'Digest username="ann", realm="api", nonce="a.b.c", uri="%ff", qop=auth, nc=1, cnonce=c,'
    b" algorithm=SHA-256, response=\xff",
    b"Digest " + b'a="b", ' * 300, b"Negotiate YTpi", b"\xff", b"Token \x80", b"a" * 2000,
    b"Basic \tYTpi", b'Digest nonce="\\', b"Digest nonce=\xf0\x9f\x98\x80",
]  # fmt: skip


def break_digest(random: Random, request: Request, route: Route) -> None:
    """Change a parameter of HTTP Digest."""
    for name, value in list(request.headers):
        if name == "Authorization" and value.startswith(b"Digest"):
            request.is_known = not route.guard
            parts = value.split(b'"')
            at = random.randrange(1, len(parts) - 1, 2) if len(parts) > 2 else 0
            odd = [parts[at] + b"x", b"", b"\xff", "é".encode(), b"%", b"9" * 900]
            parts[at] = next(part for part in random.sample(odd, 6) if part != parts[at])
            request.set(name, b'"'.join(parts))


def break_query(random: Random, request: Request, route: Route) -> None:
    """Add to the query string what is broken, or too much."""
    names = [p.name for p in route.at("query")] or ["q"]
    name, text = random.choice(names), quote(random.choice(ODD_TEXTS), safe="")
    odd = [f"{name}={text}", f"{name}=%ff%fe", f"{name}=%", f"{name}", "=", "&&&", f"{name}[]=1"]
    request.query = random.choice([*odd, f"{name}=1&" * 900, "%ff=1", f"{name}=+%2B;a=b", "?" * 9])


def break_header(random: Random, request: Request, route: Route) -> None:
    """Send an odd header."""
    names = [p.wire_name for p in route.at("header")] or ["X-Odd"]
    values = [
        b"\xff",
        b"\xc3\xa9",
        b"",
        b"a" * 4000,
        b"1, 2, 3",
        b"%ff",
        b'"',
        b"1 \t",
        b"9" * 4400,
    ]
    request.set(random.choice(names), random.choice(values))
    request.set(*random.choice(HEADERS))


HEADERS: list[tuple[str, bytes]] = [
    ("Accept", b"\xff"), ("Accept", b"text/html;q=x,*/*"), ("If-None-Match", b"\xff, *"),
    ("Range", b"bytes=5-1"), ("Cookie", b"p_0=\xff; p_1=\"\\303\\251\"; =; ;;"),
    ("Expect", b"100-continue"), ("Content-Encoding", b"gzip"), ("X-Forwarded-For", b"\xff"),
    ("Date", b"never"), ("If-Modified-Since", b"0"), ("Accept-Language", b"de;q=2,\xff"),
    ("Cookie", b"p_0=1; p_0=2"), ("X-HTTP-Method-Override", b"TRACE"), ("Upgrade", b"websocket"),
    ("Cookie", b"a" * 4000), ("Origin", b"null"), ("User-Agent", b""),
]  # fmt: skip


def break_path(random: Random, request: Request, route: Route) -> None:
    """Ask for a path that is odd."""
    request.is_routed = False
    odd = [
        "%ff",
        "%00",
        "%",
        "..",
        "//",
        "%2f",
        "%zz",
        "/",
        "é",
        "%e2%82",
        "x" * 3000,
        ";a=b",
        "%0d%0a",
    ]
    request.path = request.path + random.choice(["", "/"]) + random.choice(odd)


def change_method(random: Random, request: Request, route: Route) -> None:
    """Use another method."""
    request.is_routed = False
    methods = ["GET", "HEAD", "OPTIONS", "TRACE", "POST", "PATCH", "BREW", "get", "PROPFIND"]
    request.method = random.choice(methods)


Wound = Callable[[Random, Request, Route], None]
WOUNDS: list[Wound] = [
    change_value,
    change_value,
    change_value,
    replace_value,
    swell_value,
    sink_value,
    break_text,
    break_body,
    change_type,
    break_framing,
    chunk,
    break_credentials,
    break_digest,
    break_query,
    break_header,
    break_path,
    change_method,
]
