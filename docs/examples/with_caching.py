from dataclasses import dataclass
from itertools import count
from typing import Annotated, Literal

from flask import Flask
from flask_caching import Cache
from flask_typed import Depends, Typed

app = Flask(__name__)
app.config["CACHE_TYPE"] = "SimpleCache"
cache = Cache(app)
typed = Typed(app)
questions = count(1)
Currency = Literal["EUR", "GBP"]


@dataclass
class Rate:
    currency: Currency
    question: int


@cache.memoize(timeout=60)
def ask_bank(currency: Currency) -> Rate:
    """Ask the bank for a rate; this is slow."""
    return Rate(currency, next(questions))


@typed.get("/rates")
def read_rate(rate: Annotated[Rate, Depends(ask_bank)]) -> Rate:
    """Read a rate: a provider is cached."""
    return rate


@typed.get("/squares")
@cache.memoize(timeout=60)
def list_squares(up_to: int) -> list[int]:
    """List squares: a view is cached by its arguments."""
    return [next(questions), *(number**2 for number in range(up_to))]


@typed.get("/cubes")
@cache.cached(timeout=60, query_string=True)
def list_cubes(up_to: int) -> list[int]:
    """List cubes: a view is cached by its URL."""
    return [next(questions), *(number**3 for number in range(up_to))]
