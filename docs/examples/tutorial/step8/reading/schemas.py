"""The types of requests and responses, and the problems."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from annotated_types import Ge, Interval, Le, Len, MaxLen
from flask_typed import Problem
from marshmallow.validate import Regexp

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
    expires_in: int


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
