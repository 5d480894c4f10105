from collections.abc import Iterator

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_typed import Security, Typed, raises
from werkzeug.exceptions import TooManyRequests

app = Flask(__name__)
limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=True)
typed = Typed(app)


@typed.get("/search")
@raises(TooManyRequests)
@limiter.limit("2 per minute")
def search(text: str) -> list[str]:
    """Search the titles."""
    return [title for title in ("Emma", "Persuasion") if text in title]


@raises(TooManyRequests)
def limit_guesses() -> Iterator[None]:
    """Count every request, including invalid ones."""
    with limiter.limit("2 per minute"):
        yield


@typed.post("/guesses", dependencies=[Security(limit_guesses)])
def guess(number: int) -> bool:
    """Guess a number."""
    return number == 7
