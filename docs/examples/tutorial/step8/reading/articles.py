"""The articles of a user."""

from collections.abc import Sequence
from typing import Annotated

from flask import url_for
from flask_typed import Created, Query, TypedBlueprint, raises
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .dependencies import Found, User, Work
from .rows import ArticleRow
from .schemas import Article, Filters, NewArticle, UrlIsTaken

articles = TypedBlueprint(
    "articles", __name__, url_prefix="/articles", description="Articles to read."
)


@articles.get("", returns=list[Article])
def list_articles(
    session: Work, user: User, filters: Annotated[Filters, Query()]
) -> Sequence[ArticleRow]:
    """List the articles of the user, oldest first."""
    query = select(ArticleRow).where(ArticleRow.owner_id == user.id)
    if filters.unread:
        query = query.where(~ArticleRow.is_read)
    return session.scalars(query.order_by(ArticleRow.id).limit(filters.limit)).all()


@articles.post("", returns=Created[Article])
@raises(UrlIsTaken)
def add_article(new: NewArticle, session: Work, user: User) -> Created[ArticleRow]:
    """Add an article."""
    row = ArticleRow(owner_id=user.id, **vars(new))
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise UrlIsTaken from error
    return Created(row, headers={"Location": url_for(".read_article", article_id=row.id)})


@articles.get("/<int:article_id>", returns=Article)
def read_article(article: Found) -> ArticleRow:
    """Read one article."""
    return article


@articles.put("/<int:article_id>/read", returns=Article)
def mark_as_read(article: Found) -> ArticleRow:
    """Mark an article as read."""
    article.is_read = True
    return article


@articles.delete("/<int:article_id>")
def delete_article(article: Found, session: Work) -> None:
    """Delete an article."""
    session.delete(article)
