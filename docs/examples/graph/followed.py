import time
from collections.abc import Iterator
from typing import Annotated

from annotated_types import Ge, Le
from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


class Query:
    def ready(self) -> bool:
        return True


class Subscription:
    def countdown(self, start: Annotated[int, Ge(0), Le(10)]) -> Iterator[int]:
        """Count to zero."""
        for number in range(start, -1, -1):
            yield number
            time.sleep(0.01)


typed.graphql("/graphql", Query, subscription=Subscription)
