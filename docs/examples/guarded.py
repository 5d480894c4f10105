from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated

from flask import Flask
from flask_typed import (
    Body,
    Depends,
    HTTPBearer,
    InsufficientScope,
    NotAuthenticated,
    Security,
    SecurityScopes,
    Typed,
)

bearer = HTTPBearer(name="token")

#: Real tokens are random, and stored as hashes.
TOKENS = {"reader-token": ("ann", {"read"}), "editor-token": ("bob", {"read", "write"})}


@dataclass
class User:
    name: str


def get_user(token: Annotated[str, Depends(bearer)], scopes: SecurityScopes) -> User:
    for known, (name, granted) in TOKENS.items():
        if compare_digest(known.encode(), token.encode()):
            if not granted.issuperset(scopes):
                raise InsufficientScope
            return User(name)
    raise NotAuthenticated


Reader = Annotated[User, Security(get_user, scopes=["read"])]
Editor = Annotated[User, Security(get_user, scopes=["write"])]

app = Flask(__name__)
typed = Typed(app, dependencies=[Security(get_user)])


@typed.get("/notes")
def list_notes(reader: Reader) -> list[str]:
    """List the notes."""
    return [f"Welcome, {reader.name}."]


@typed.put("/notes")
def write_notes(notes: Annotated[list[str], Body()], editor: Editor) -> int:
    """Write the notes."""
    return len(notes)


@typed.get("/status", public=True)
def status() -> str:
    """Say that all is well."""
    return "fine"
