"""Accounts: register, log in, and read your own account."""

from secrets import token_hex
from typing import Annotated, cast

import sqlalchemy as sa
from flask_typed import Created, Depends, Form, Reply, TypedBlueprint, raises
from sqlalchemy.exc import IntegrityError

from . import models
from .database import Reading, Writing
from .passwords import check_password, hash_password
from .problems import EmailTaken, WrongCredentials
from .schemas import Account, NewAccount, PasswordLogin, Token
from .security import LIFETIME, Customer, make_token

accounts = TypedBlueprint("accounts", __name__, description="The accounts of customers and staff.")

#: Checked if there is no account, so that the response takes as long as for a wrong password.
NOBODYS_HASH = hash_password(token_hex())


def make_account(new: NewAccount) -> models.Account:
    """Return a new account. Hashing the password is slow on purpose."""
    digest = hash_password(new.password)
    return models.Account(email=new.email.lower(), password_hash=digest, is_staff=False)


@accounts.post("/accounts")
@raises(EmailTaken)
def register(
    account: Annotated[models.Account, Depends(make_account)],  # before the transaction begins
    session: Writing,
) -> Created[Account]:
    """Create an account for a customer."""
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        raise EmailTaken(email=account.email) from None
    return Created(cast(Account, account))


@accounts.post("/token")
@raises(WrongCredentials)
def log_in(login: Annotated[PasswordLogin, Form()], session: Reading) -> Reply[Token]:
    """Log in: get a token for an email and a password.

    The token grants all scopes of the account. Requested scopes are ignored.
    """
    email = login.username.lower()
    with session.begin():
        account = session.scalar(sa.select(models.Account).where(models.Account.email == email))
    known = NOBODYS_HASH if account is None else account.password_hash
    matches = check_password(known, login.password)
    if account is None or not matches:
        raise WrongCredentials
    token = Token(make_token(account), "bearer", LIFETIME, scope=" ".join(account.scopes))
    return Reply(token, headers={"Cache-Control": "no-store"})


@accounts.get("/accounts/me")
def read_me(account: Customer) -> Account:
    """Read your own account."""
    return cast(Account, account)
