import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from annotated_types import Ge, Interval, Le, Len, MaxLen
from flask import Flask, url_for
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Created, Depends, Problem, Query, Typed, raises
from marshmallow.validate import Regexp
from sqlalchemy import JSON, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "sqlite://")
db = SQLAlchemy(app, model_class=Base)
typed = Typed(app)


class ArticleRow(Base):
    __tablename__ = "article_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    minutes: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(JSON)
    published: Mapped[date | None]
    is_read: Mapped[bool] = mapped_column(default=False)


with app.app_context():
    db.create_all()


def begin() -> Iterator[Session]:
    """Provide a session, and commit its changes when the response is made."""
    session = db.session()
    yield session
    session.commit()


Work = Annotated[Session, Depends(begin)]

Id = Annotated[int, Interval(ge=1, le=2**63 - 1)]  # more does not fit into a column
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

    unread: bool = False
    limit: Annotated[int, Ge(1), Le(100)] = 20


class ArticleNotFound(Problem):
    """No article has this id."""

    status = 404
    article_id: int


class UrlIsTaken(Problem):
    """The list has this article already."""

    status = 409


@raises(ArticleNotFound)
def find_article(article_id: Id, session: Work) -> ArticleRow:
    """Return the article of the URL."""
    row = session.get(ArticleRow, article_id)
    if row is None:
        raise ArticleNotFound(article_id=article_id)
    return row


Found = Annotated[ArticleRow, Depends(find_article)]


@typed.get("/articles", returns=list[Article])
def list_articles(session: Work, filters: Annotated[Filters, Query()]) -> Sequence[ArticleRow]:
    """List the articles, oldest first."""
    query = select(ArticleRow).order_by(ArticleRow.id).limit(filters.limit)
    if filters.unread:
        query = query.where(~ArticleRow.is_read)
    return session.scalars(query).all()


@typed.post("/articles", returns=Created[Article])
@raises(UrlIsTaken)
def add_article(new: NewArticle, session: Work) -> Created[ArticleRow]:
    """Add an article."""
    row = ArticleRow(**vars(new))
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise UrlIsTaken from error
    return Created(row, headers={"Location": url_for("read_article", article_id=row.id)})


@typed.get("/articles/<int:article_id>", returns=Article)
def read_article(article: Found) -> ArticleRow:
    """Read one article."""
    return article


@typed.put("/articles/<int:article_id>/read", returns=Article)
def mark_as_read(article: Found) -> ArticleRow:
    """Mark an article as read."""
    article.is_read = True
    return article


@typed.delete("/articles/<int:article_id>")
def delete_article(article: Found, session: Work) -> None:
    """Delete an article."""
    session.delete(article)
