from dataclasses import dataclass, field

from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Search:
    words: list[str]
    genres: list[str] = field(default_factory=list)


@typed.query("/books")
def search_books(search: Search, limit: int = 10) -> list[str]:
    """Search the books; the search is too long for a URL."""
    titles = ["Emma", "Lady Susan", "Persuasion"]
    return [title for title in titles if all(word in title for word in search.words)][:limit]
