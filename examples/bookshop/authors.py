"""Authors: a list, and a ``MethodView`` for one of them."""

from typing import Annotated, cast

import sqlalchemy as sa
from annotated_types import Len
from flask import url_for
from flask.views import MethodView
from flask_typed import Created, PagedList, Paging, Patch, TypedBlueprint, raises
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from . import models
from .database import Reading, Writing
from .problems import AuthorHasBooks, AuthorNotFound
from .schemas import STORABLE, Author, AuthorId, Located
from .security import STAFF, Staff

authors = TypedBlueprint(
    "authors", __name__, url_prefix="/authors", description="The authors of the books."
)


@authors.get("")
def list_authors(
    session: Reading,
    paging: Paging,
    name: Annotated[str, Len(1, 100), STORABLE] | None = None,
) -> PagedList[Author]:
    """List the authors, by name."""
    query = sa.select(models.Author).order_by(models.Author.name, models.Author.id)
    if name is not None:
        query = query.where(models.Author.name.icontains(name, autoescape=True))
    return PagedList(paging.page(query, session))


@authors.post("", dependencies=[STAFF])
def add_author(session: Writing, author: Author) -> Located[Author]:
    """Add an author."""
    row = models.Author(name=author.name, born=author.born)
    session.add(row)
    session.flush()
    location = url_for(".author", author_id=row.id)
    return Created(cast(Author, row), headers={"Location": location})


@authors.route("/<int:author_id>", endpoint="author")
class AuthorView(MethodView):
    """One author. ``dependencies=`` would apply to all methods; an argument applies to one."""

    @raises(AuthorNotFound)
    def get(self, session: Reading, author_id: AuthorId) -> Author:
        """Read one author."""
        return cast(Author, find_author(session, author_id))

    @raises(AuthorNotFound)
    def put(self, staff: Staff, session: Writing, author_id: AuthorId, author: Author) -> Author:
        """Replace an author."""
        row = find_author(session, author_id, lock=True)
        row.name, row.born = author.name, author.born
        return cast(Author, row)

    @raises(AuthorNotFound)
    def patch(
        self, staff: Staff, session: Writing, author_id: AuthorId, patch: Patch[Author]
    ) -> Author:
        """Change the fields of an author that are sent; the others stay."""
        return cast(Author, patch.apply(find_author(session, author_id, lock=True)))

    @raises(AuthorNotFound, AuthorHasBooks)
    def delete(self, staff: Staff, session: Writing, author_id: AuthorId) -> None:
        """Remove an author without books."""
        session.delete(find_author(session, author_id, lock=True))
        try:
            session.flush()
        except IntegrityError:
            raise AuthorHasBooks(author_id=author_id) from None


def find_author(session: Session, author_id: int, *, lock: bool = False) -> models.Author:
    """Return an author.

    :param lock: Lock the row until the transaction ends.
    :raises AuthorNotFound: No author has this id.
    """
    row = session.get(models.Author, author_id, with_for_update=lock)
    if row is None:
        raise AuthorNotFound(author_id=author_id)
    return row
