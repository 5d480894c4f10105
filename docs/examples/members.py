from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Len
from flask import Flask
from flask_typed import Form, Typed
from werkzeug.datastructures import FileStorage

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Member:
    name: Annotated[str, Len(1, 80)]
    born: date


@typed.post("/members")
def join(
    member: Annotated[Member, Form()],
    newsletter: Annotated[bool, Form()] = False,
    portrait: FileStorage | None = None,
) -> str:
    """Become a member."""
    picture = portrait.filename if portrait else "no portrait"
    return f"{member.name}, {member.born.year}, {newsletter}, {picture}"
