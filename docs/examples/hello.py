from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, Len
from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Greeting:
    name: Annotated[str, Len(1, 40)]
    times: Annotated[int, Ge(1), Le(10)] = 1


@app.get("/")
def home() -> str:
    return "A plain route, as ever.\n"


@typed.post("/greetings")
def greet(greeting: Greeting, loud: bool = False) -> list[str]:
    """Greet somebody."""
    text = f"Hello, {greeting.name}!"
    return [text.upper() if loud else text] * greeting.times
