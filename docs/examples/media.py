from typing import Annotated

from flask import Flask, Response
from flask_typed import MediaType, Typed

app = Flask(__name__)
typed = Typed(app)

Html = Annotated[str, MediaType("text/html")]
Png = Annotated[bytes, MediaType("image/png")]


@typed.get("/title")
def read_title() -> str:
    """JSON, the default."""
    return "Persuasion"


@typed.get("/page")
def read_page() -> Html:
    """HTML, sent unchanged."""
    return "<h1>Persuasion</h1>"


@typed.get("/raw")
def read_raw() -> bytes:
    """Bytes, sent unchanged."""
    return b"Persuasion"


@typed.get("/cover")
def read_cover() -> Png:
    """Bytes with a media type."""
    return b"\x89PNG..."


@typed.get("/stream")
def read_stream() -> Response:
    """A Flask response, sent unchanged."""
    return Response((f"{number}\n" for number in range(3)), mimetype="text/plain")


@typed.get("/tuple")
def read_tuple() -> str:
    """A tuple as Flask takes it: the body is checked, the rest is added."""
    return "Persuasion", 200, {"X-Shelf": "7"}  # type: ignore[return-value]  # Flask's idiom
