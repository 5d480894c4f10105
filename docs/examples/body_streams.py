import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge
from flask import Flask
from flask_typed import Body, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Delivery:
    isbn: str
    copies: Annotated[int, Ge(1)]


@typed.post("/deliveries")
def add_deliveries(deliveries: Iterator[Delivery]) -> int:
    """Add the copies of each line."""
    return sum(delivery.copies for delivery in deliveries)


@typed.put("/backup")
def keep_backup(chunks: Annotated[Iterator[bytes], Body(description="An archive.")]) -> str:
    """Return the checksum of any number of bytes."""
    checksum = hashlib.sha256()
    for chunk in chunks:
        checksum.update(chunk)
    return checksum.hexdigest()[:8]
