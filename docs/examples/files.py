from pathlib import Path
from typing import Annotated

from flask import Flask, send_file
from flask_typed import FileResponse, MediaType, Typed

app = Flask(__name__)
typed = Typed(app)


@typed.get("/portrait")
def read_portrait() -> Annotated[FileResponse, MediaType("image/svg+xml")]:
    """Send a picture."""
    return send_file(Path(__file__).with_name("portrait.svg"), etag="portrait-1")
