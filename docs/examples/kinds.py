from dataclasses import dataclass
from enum import Enum, Flag
from typing import Generic, NamedTuple, TypeVar

import attrs
import msgspec
from marshmallow import Schema, fields
from typing_extensions import TypedDict

T = TypeVar("T")


class Genre(Enum):
    POETRY = "poetry"
    TRAVEL = "travel"


class Access(Flag):
    READ = 1
    WRITE = 2


@dataclass
class Point:
    x: int
    y: int


class Size(TypedDict):
    width: int


class Span(NamedTuple):
    first: int
    last: int


@attrs.frozen
class Seat:
    row: int
    place: str


class Fare(msgspec.Struct):
    cents: int


@dataclass
class Pair(Generic[T]):
    left: T
    right: T


class PointSchema(Schema):
    x = fields.Integer(required=True)
