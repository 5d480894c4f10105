from collections.abc import Iterator
from typing import Annotated

from flask import Flask, current_app
from flask_typed import Accepted, Body, Depends, Typed

typed = Typed()


class Mailer:
    """A connection to a mail server."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.sent: list[str] = []

    def send(self, text: str) -> None:
        self.sent.append(text)

    def close(self) -> None:
        print(f"closed {self.server} after {len(self.sent)} mails")


def open_mailer() -> Iterator[Mailer]:
    """Open the connection of this worker, and close it when the worker ends."""
    mailer = Mailer(current_app.config["MAIL_SERVER"])
    try:
        yield mailer
    finally:
        mailer.close()


@typed.post("/mails")
def send_mail(
    text: Annotated[str, Body()], mailer: Annotated[Mailer, Depends(open_mailer, scope="app")]
) -> Accepted[int]:
    """Send a mail."""
    mailer.send(text)
    return Accepted(len(mailer.sent))


def create_app(mail_server: str = "mail.example") -> Flask:
    """Make the app of a worker; its connection is opened by the first request that needs it."""
    app = Flask(__name__)
    app.config["MAIL_SERVER"] = mail_server
    typed.init_app(app)
    return app
