"""Authentication and scopes of requests.

A login returns a signed token, which contains the account and its scopes. A view that declares
``Customer`` or ``Staff`` gets the account. A client without a valid token is rejected before its
body is read.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, cast

from flask import Flask, current_app
from flask_typed import (
    Depends,
    InsufficientScope,
    NotAuthenticated,
    OAuth2,
    PasswordFlow,
    Security,
    SecurityScopes,
)
from itsdangerous import BadData, URLSafeTimedSerializer

from .database import Reading
from .keys import read_key
from .models import Account
from .problems import REALM

LIFETIME = 3600  # seconds

SCOPES = {"customer": "Order books.", "staff": "Change the catalogue, see all orders."}

oauth = OAuth2(
    PasswordFlow(token_url="/token", scopes=SCOPES),  # noqa: S106  # a URL
    name="account",
    realm=REALM,
    description="Log in with the email as the user name; a client needs no id.",
)


@dataclass(frozen=True)
class Grant:
    """The content of a token."""

    account_id: int
    scopes: list[str]


def init_app(app: Flask) -> None:
    """Give the app a signer of tokens, with the configured key or a generated one."""
    app.secret_key = app.secret_key or read_key(Path(app.instance_path) / "secret.key")
    signer = URLSafeTimedSerializer(app.secret_key, salt="bookshop.token")
    app.extensions["bookshop.signer"] = signer


def get_signer() -> URLSafeTimedSerializer:
    """Return the signer of the app's tokens."""
    return cast(URLSafeTimedSerializer, current_app.extensions["bookshop.signer"])


def make_token(account: Account) -> str:
    """Return a token for an account, with all its scopes."""
    return get_signer().dumps([account.id, account.scopes])


def read_token(token: str) -> Grant:
    """Return the content of a token.

    :raises NotAuthenticated: It is not one of ours, or too old.
    """
    try:
        return Grant(*get_signer().loads(token, max_age=LIFETIME))
    except BadData:
        raise NotAuthenticated from None


def get_account(
    token: Annotated[str, Depends(oauth)], scopes: SecurityScopes, session: Reading
) -> Account:
    """Return the account of the request.

    The transaction ends here, because the body is read next: a slow client must not hold a
    connection. A GraphQL field that is not the first one may find a transaction: it stays.

    :raises NotAuthenticated: The token is invalid, or older than the account's scopes.
    :raises InsufficientScope: It grants less than the view requires.
    """
    grant = read_token(token)
    with nullcontext() if session.in_transaction() else session.begin():
        account = session.get(Account, grant.account_id)
    if account is None or account.scopes != grant.scopes:
        raise NotAuthenticated
    if not set(scopes).issubset(grant.scopes):
        raise InsufficientScope
    return account


CUSTOMER = Security(get_account, scopes=["customer"])
STAFF = Security(get_account, scopes=["staff"])

Customer = Annotated[Account, CUSTOMER]
Staff = Annotated[Account, STAFF]
