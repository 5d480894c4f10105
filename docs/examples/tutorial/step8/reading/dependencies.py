"""Providers: the settings, a session, the user, an article."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, MinLen
from flask import current_app
from flask_typed import Depends, HTTPBearer, NotAuthenticated, Security, raises
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from .extensions import db
from .rows import ArticleRow, UserRow
from .schemas import ArticleNotFound, Id


@dataclass
class Settings:
    """The keys of the configuration that begin with ``READING_``."""

    token_key: Annotated[str, MinLen(16)]
    token_lifetime: Annotated[int, Ge(60)] = 3600  # seconds


def get_settings() -> Settings:
    """Return the settings of the app."""
    settings: Settings = current_app.extensions["reading.settings"]
    return settings


CurrentSettings = Annotated[Settings, Depends(get_settings)]


@dataclass
class Tokens:
    """Signs tokens, and reads them."""

    settings: CurrentSettings

    def make(self, user: UserRow) -> str:
        """Return a token of a user."""
        return self._make_signer().dumps(user.id)

    def read(self, token: str) -> int:
        """Return the id of the user.

        :raises NotAuthenticated: for a token that is not ours, or too old.
        """
        try:
            user_id: int = self._make_signer().loads(token, max_age=self.settings.token_lifetime)
        except BadData:
            raise NotAuthenticated from None
        return user_id

    def _make_signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.settings.token_key, salt="token")


TokenMaker = Annotated[Tokens, Depends()]


def begin() -> Iterator[Session]:
    """Provide a session, and commit its changes when the response is made."""
    session = db.session()
    yield session
    session.commit()


Work = Annotated[Session, Depends(begin)]


bearer = HTTPBearer(description="A token from POST /tokens.")


def get_user(token: Annotated[str, Depends(bearer)], tokens: TokenMaker, session: Work) -> UserRow:
    """Return the user who sends the request."""
    user = session.get(UserRow, tokens.read(token))
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
