from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)

TITLES = ["How greenlets wait", "What a schema is for", "HTTP in an hour"]


@app.get("/")
def home() -> str:
    """Greet: a plain route of Flask."""
    return "My reading list"


@typed.get("/titles")
def list_titles(limit: int = 10) -> list[str]:
    """List the titles that I want to read."""
    return TITLES[:limit]
