from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated

from annotated_types import MinLen
from flask import Flask
from flask_typed import ReadOnly, Typed, WriteOnly

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Member:
    name: str
    password: Annotated[str, WriteOnly(), MinLen(8)]
    id: Annotated[int, ReadOnly()] = 0
    joined: Annotated[datetime | None, ReadOnly()] = None


@typed.post("/members")
def join(member: Member) -> Member:
    """Join; the server sets the id and the date."""
    member.id, member.joined = 7, datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
    return member
