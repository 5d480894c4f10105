from dataclasses import dataclass
from typing import Annotated, Any

from flask import Flask
from flask_typed import Body, Typed
from flask_typed.schemas.hints import Hint
from flask_typed.schemas.registry import Maker, Options
from marshmallow import fields, validate


@dataclass(frozen=True)
class Prefix:
    text: str


class TicketId(str):
    """The id of a ticket; its prefix names the project."""


def build_ticket_id(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    (prefix,) = hint.find(Prefix)
    pattern = validate.Regexp(f"^{prefix.text}-[0-9]+$")
    return make(str, **{**options, "validate": [*options["validate"], pattern]})


app = Flask(__name__)
typed = Typed(app, types={TicketId: build_ticket_id})


@typed.post("/tickets")
def close(ids: Annotated[list[Annotated[TicketId, Prefix("SHOP")]], Body()]) -> list[str]:
    """Close tickets."""
    return sorted(ids)
