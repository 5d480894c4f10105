from dataclasses import dataclass
from enum import Enum

from marshmallow import Schema, fields
from typing_extensions import TypedDict


class Genre(Enum):
    POETRY = "poetry"
    TRAVEL = "travel"


@dataclass
class Point:
    x: int
    y: int = 0


class Size(TypedDict):
    width: int


class PointSchema(Schema):
    x = fields.Integer(required=True)
