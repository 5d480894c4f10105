import atexit
from typing import Annotated

from flask import Flask, current_app
from flask_typed import Accepted, Body, Depends, Typed

typed = Typed()


class Mailer:
    """A connection to a mail server, for the life of a worker."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.is_open = True

    def send(self, text: str) -> None:
        self.sent.append(text)

    def close(self) -> None:
        self.is_open = False


def get_mailer() -> Mailer:
    """Return the connection of this worker."""
    mailer: Mailer = current_app.extensions["mailer"]
    return mailer


@typed.post("/mails")
def send_mail(
    text: Annotated[str, Body()], mailer: Annotated[Mailer, Depends(get_mailer)]
) -> Accepted[int]:
    """Send a mail."""
    mailer.send(text)
    return Accepted(len(mailer.sent))


def create_app() -> Flask:
    """Make the app of a worker: what stands here runs at its start."""
    app = Flask(__name__)
    app.extensions["mailer"] = mailer = Mailer()
    atexit.register(mailer.close)  # runs when the worker exits
    typed.init_app(app)
    return app
