from dataclasses import dataclass
from typing import Annotated

from annotated_types import Len
from flask import Flask, abort, request
from flask_sock import Server, Sock
from flask_typed import DataInvalid, Typed

app = Flask(__name__)
app.config["SOCK_SERVER_OPTIONS"] = {"ping_interval": 25, "max_message_size": 10_000}
sock = Sock(app)
typed = Typed(app)
ORIGINS = {None, "https://desk.example"}


@dataclass
class Question:
    """A message of a client."""

    text: Annotated[str, Len(1, 200)]


@dataclass
class Answer:
    """A message of the server."""

    text: str


@dataclass
class Fault:
    """The answer to a message that is not valid."""

    error: str


@app.before_request
def check_origin() -> None:
    """Reject other sites: a browser sends the session cookie with a WebSocket, too."""
    if request.headers.get("Origin") not in ORIGINS:
        abort(403)


@sock.route("/chat")  # type: ignore[untyped-decorator]
def chat(socket: Server) -> None:
    """Answer each question."""
    while True:
        data = socket.receive() or b""
        message = data.encode() if isinstance(data, str) else data  # text, or binary
        try:
            question = typed.load(Question, message)
        except DataInvalid as error:
            faults = ", ".join(map(str, error.errors))
            socket.send(typed.dump_json(Fault(faults), Fault).decode())
            continue
        socket.send(typed.dump_json(Answer(question.text.upper()), Answer).decode())
