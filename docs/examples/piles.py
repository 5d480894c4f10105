from typing import Annotated, Any, Generic, TypeVar

from flask import Flask
from flask_typed import Body, Typed
from flask_typed.schemas.hints import Hint
from flask_typed.schemas.registry import Maker, Options
from marshmallow import fields

T = TypeVar("T")


class Pile(Generic[T]):
    def __init__(self, items: list[T]) -> None:
        self.items = items


class PileField(fields.List[Any]):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return Pile(super()._deserialize(value, *args, **kwargs))

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super()._serialize(value.items, *args, **kwargs)


def build_pile(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    return PileField(make(hint.args[0], place="an item"), **options)


app = Flask(__name__)
typed = Typed(app, types={Pile: build_pile})


@typed.post("/piles")
def turn(pile: Annotated[Pile[int], Body()]) -> Pile[int]:
    """Turn a pile upside down."""
    return Pile(pile.items[::-1])
