from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Ge
from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Order:
    title: str
    copies: Annotated[int, Ge(1)]
    due: date
