from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Annotated

from annotated_types import Ge, Le, Len, MaxLen
from flask import Flask, url_for
from flask_typed import Created, Problem, Query, Typed, raises
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


@dataclass
class Filters:
    """The articles to list."""

    tag: Tag | None = None
    unread: bool = False
    limit: Annotated[int, Ge(1), Le(100)] = 20


class ArticleNotFound(Problem):
    """No article has this id."""

    status = 404
    article_id: int


numbers = count(1)
articles: dict[int, Article] = {}


@typed.get("/articles")
def list_articles(filters: Annotated[Filters, Query()]) -> list[Article]:
    """List the articles, oldest first."""
    found = [
        article
        for article in articles.values()
        if (filters.tag is None or filters.tag in article.tags)
        and not (filters.unread and article.is_read)
    ]
    return found[: filters.limit]


@typed.post("/articles")
def add_article(new: NewArticle) -> Created[Article]:
    """Add an article."""
    article = Article(id=next(numbers), **vars(new))
    articles[article.id] = article
    location = url_for("read_article", article_id=article.id)
    return Created(article, headers={"Location": location})


@typed.get("/articles/<int:article_id>")
@raises(ArticleNotFound)
def read_article(article_id: int) -> Article:
    """Read one article."""
    if article_id not in articles:
        raise ArticleNotFound(article_id=article_id)
    return articles[article_id]


@typed.put("/articles/<int:article_id>/read")
@raises(ArticleNotFound)
def mark_as_read(article_id: int) -> Article:
    """Mark an article as read."""
    articles[article_id] = replace(read_article(article_id), is_read=True)
    return articles[article_id]


@typed.delete("/articles/<int:article_id>")
@raises(ArticleNotFound)
def delete_article(article_id: int) -> None:
    """Delete an article."""
    del articles[read_article(article_id).id]
