from flask_typed import TypedBlueprint

from .dependencies import User

users = TypedBlueprint("users", __name__, url_prefix="/users")


@users.get("/me")
def read_me(user: User) -> str:
    """Return the name of the user."""
    return user
