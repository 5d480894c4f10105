from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from annotated_types import Ge, Len, Lt, MultipleOf, Predicate
from flask import Flask
from flask_typed import Typed
from marshmallow import validate
from typing_extensions import Doc

app = Flask(__name__)
typed = Typed(app)

Label = Annotated[str, Predicate(str.istitle)]
Slug = Annotated[str, Len(1, 20), validate.Regexp(r"[a-z-]+$")]


@dataclass
class Offer:
    slug: Annotated[Slug, Doc("Where the offer is found.")]
    price: Annotated[Decimal, Ge(0), Lt(1000)]
    pieces: Annotated[int, Ge(1), MultipleOf(6)] = 6
    labels: Annotated[list[Label], Len(0, 3)] = field(default_factory=list)


@typed.post("/offers")
def add_offer(offer: Offer) -> Offer:
    """Make an offer."""
    return offer
