from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    get_jwt,
    get_jwt_identity,
    jwt_required,
    verify_jwt_in_request,
)
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_typed import (
    Depends,
    HTTPBearer,
    InsufficientScope,
    NotAuthenticated,
    Security,
    SecurityScopes,
    Typed,
)
from jwt import PyJWTError

app = Flask(__name__)
app.config["JWT_SECRET_KEY"] = "change me: a key for HS256 has 32 bytes"
JWTManager(app)
typed = Typed(app)
token = HTTPBearer(name="token", bearer_format="JWT")


def get_reader(_token: Annotated[str, Depends(token)], scopes: SecurityScopes) -> str:
    """Return the name in the token."""
    try:
        verify_jwt_in_request()
    except (JWTExtendedException, PyJWTError) as error:
        raise NotAuthenticated(detail=str(error)) from error
    if not set(scopes) <= set(get_jwt().get("scope", "").split()):
        raise InsufficientScope
    name: str = get_jwt_identity()
    return name


@dataclass
class Grant:
    name: str
    scope: str = "read"


@typed.post("/tokens")
def make_token(grant: Grant) -> str:
    """Give a token to everybody, which only suits this page."""
    made: str = create_access_token(grant.name, additional_claims={"scope": grant.scope})
    return made


@typed.get("/loans")
def list_loans(reader: Annotated[str, Security(get_reader)]) -> str:
    """Return the owner of the loans."""
    return f"The loans of {reader}."


@typed.delete("/loans")
def return_loans(reader: Annotated[str, Security(get_reader, scopes=["write"])]) -> None:
    """Bring everything back."""


@typed.get("/plain")
@jwt_required()
def read_plainly() -> str:
    """Use the decorator of Flask-JWT-Extended."""
    return f"The loans of {get_jwt_identity()}."
