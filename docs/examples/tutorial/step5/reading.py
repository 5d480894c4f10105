import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from annotated_types import Ge, Interval, Le, Len, MaxLen
from flask import Flask, url_for
from flask_sqlalchemy import SQLAlchemy
from flask_typed import (
    Created,
    Depends,
    HTTPBearer,
    NotAuthenticated,
    Problem,
    Query,
    Security,
    Typed,
    raises,
)
from itsdangerous import BadData, URLSafeTimedSerializer
from marshmallow.validate import Regexp
from sqlalchemy import JSON, ForeignKey, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash

LIFETIME = 3600  # seconds


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "sqlite://")
app.secret_key = os.environ.get("SECRET_KEY", "change me")
db = SQLAlchemy(app, model_class=Base)
typed = Typed(app)


class UserRow(Base):
    __tablename__ = "user_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]


class ArticleRow(Base):
    __tablename__ = "article_row"
    __table_args__ = (UniqueConstraint("owner_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey(UserRow.id))
    url: Mapped[str]
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


@dataclass
class Credentials:
    """The name and the password of a user."""

    name: Annotated[str, Len(1, 40)]
    password: Annotated[str, Len(8, 100)] = field(repr=False)


@dataclass
class Token:
    """A token to send as ``Authorization: Bearer …``."""

    token: str
    expires_in: int = LIFETIME


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


class NameIsTaken(Problem):
    """Another user has this name."""

    status = 409


class WrongPassword(Problem):
    """Name and password do not match."""

    status = 403


class ArticleNotFound(Problem):
    """No article has this id."""

    status = 404
    article_id: int


class UrlIsTaken(Problem):
    """The list has this article already."""

    status = 409


def make_signer() -> URLSafeTimedSerializer:
    """Return the signer of tokens."""
    return URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="token")


bearer = HTTPBearer(description="A token from POST /tokens.")


def get_user(token: Annotated[str, Depends(bearer)], session: Work) -> UserRow:
    """Return the user who sends the request."""
    try:
        user_id = make_signer().loads(token, max_age=LIFETIME)
    except BadData:
        raise NotAuthenticated from None
    user = session.get(UserRow, user_id)
    if user is None:
        raise NotAuthenticated
    return user


User = Annotated[UserRow, Security(get_user)]


@raises(ArticleNotFound)
def find_article(article_id: Id, session: Work, user: User) -> ArticleRow:
    """Return the article of the URL, if it is one of the user's."""
    row = session.get(ArticleRow, article_id)
    if row is None or row.owner_id != user.id:
        raise ArticleNotFound(article_id=article_id)
    return row


Found = Annotated[ArticleRow, Depends(find_article)]


@typed.post("/users", status=201)
@raises(NameIsTaken)
def sign_up(credentials: Credentials, session: Work) -> str:
    """Become a user."""
    password_hash = generate_password_hash(credentials.password)
    session.add(UserRow(name=credentials.name, password_hash=password_hash))
    try:
        session.flush()
    except IntegrityError as error:
        raise NameIsTaken from error
    return credentials.name


@typed.post("/tokens")
@raises(WrongPassword)
def log_in(credentials: Credentials, session: Work) -> Created[Token]:
    """Get a token."""
    user = session.scalar(select(UserRow).where(UserRow.name == credentials.name))
    if user is None or not check_password_hash(user.password_hash, credentials.password):
        raise WrongPassword
    return Created(Token(make_signer().dumps(user.id)))


@typed.get("/articles", returns=list[Article])
def list_articles(
    session: Work, user: User, filters: Annotated[Filters, Query()]
) -> Sequence[ArticleRow]:
    """List the articles of the user, oldest first."""
    query = select(ArticleRow).where(ArticleRow.owner_id == user.id)
    if filters.unread:
        query = query.where(~ArticleRow.is_read)
    return session.scalars(query.order_by(ArticleRow.id).limit(filters.limit)).all()


@typed.post("/articles", returns=Created[Article])
@raises(UrlIsTaken)
def add_article(new: NewArticle, session: Work, user: User) -> Created[ArticleRow]:
    """Add an article."""
    row = ArticleRow(owner_id=user.id, **vars(new))
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
