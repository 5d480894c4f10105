"""The tables."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .extensions import Base


class UserRow(Base):
    __tablename__ = "user_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]


class ArticleRow(Base):
    __tablename__ = "article_row"
    __table_args__ = (UniqueConstraint("owner_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey(UserRow.id))
    url: Mapped[str]
    title: Mapped[str]
    minutes: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(JSON)
    published: Mapped[date | None]
    is_read: Mapped[bool] = mapped_column(default=False)
