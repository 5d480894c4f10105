from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from annotated_types import Ge, Le, Len, MaxLen
from flask import Flask
from flask_typed import Created, Typed
from marshmallow.validate import Regexp

app = Flask(__name__)
typed = Typed(app)

Url = Annotated[str, MaxLen(500), Regexp(r"^https?://[^ ]+$", error="Not a link.")]
Tag = Annotated[str, Len(1, 20)]


@dataclass(kw_only=True)
class NewArticle:
    """An article to read."""

    url: Url
    title: Annotated[str, Len(1, 80)]
    minutes: Annotated[int, Ge(1), Le(600)] = 5
    tags: Annotated[list[Tag], MaxLen(5)] = field(default_factory=list)
    published: date | None = None


@dataclass(kw_only=True)
class Article(NewArticle):
    """An article of the list."""

    id: int
    is_read: bool = False


articles: dict[int, Article] = {}


@typed.get("/articles")
def list_articles() -> list[Article]:
    """List the articles."""
    return list(articles.values())


@typed.post("/articles")
def add_article(new: NewArticle) -> Created[Article]:
    """Add an article."""
    article = Article(id=len(articles) + 1, **vars(new))
    articles[article.id] = article
    return Created(article)
