import re
from typing import Annotated, Any, NamedTuple

from flask import Flask
from flask_typed import Body, Typed, TypedField


class Color(NamedTuple):
    red: int
    green: int
    blue: int


class ColorField(TypedField):
    json_schema = {"type": "string", "pattern": "^#[0-9a-f]{6}$"}
    default_error_messages = {"invalid": "Not a color such as #ff8800."}

    def load(self, value: Any) -> Color:
        if not isinstance(value, str) or not re.fullmatch("#[0-9a-f]{6}", value):
            raise self.make_error("invalid")
        return Color(*bytes.fromhex(value[1:]))

    def dump(self, value: Any) -> str:
        if not isinstance(value, Color):
            raise self.mismatch(value)
        return f"#{bytes(value).hex()}"


app = Flask(__name__)
typed = Typed(app, types={Color: ColorField})


@typed.post("/negatives")
def invert(color: Annotated[Color, Body()]) -> Color:
    """Turn a color into its negative."""
    return Color(*(255 - part for part in color))
