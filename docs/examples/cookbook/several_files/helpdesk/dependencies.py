from typing import Annotated

from flask_typed import Depends, HTTPBearer, NotAuthenticated, Security

TOKENS = {"sesame": "ada"}


def get_user(token: Annotated[str, Depends(HTTPBearer())]) -> str:
    """Return the name of the user."""
    if token not in TOKENS:
        raise NotAuthenticated
    return TOKENS[token]


GUARD = Security(get_user)
User = Annotated[str, GUARD]
