"""Plain routes."""

from flask import Blueprint
from sqlalchemy import text

from .extensions import db

pages = Blueprint("pages", __name__)


@pages.get("/health")
def check_health() -> str:
    """Answer as long as the database does."""
    db.session.execute(text("SELECT 1"))
    return "fine"
