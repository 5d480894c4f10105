"""Objects that have no app yet."""

from flask_sqlalchemy import SQLAlchemy
from flask_typed import Typed
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)
typed = Typed()
