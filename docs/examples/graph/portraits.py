from hashlib import sha256
from typing import cast

from flask import Flask
from flask_typed import Typed
from strawberry.file_uploads import Upload
from werkzeug.datastructures import FileStorage

NAMES = "{ names }"
ADD = "mutation($name: String!, $picture: Upload!) { add(name: $name, picture: $picture) }"
sizes: dict[str, int] = {}


class Query:
    def names(self) -> list[str]:
        """List the names of the portraits."""
        return [*sizes]


class Mutation:
    def add(self, name: str, picture: Upload) -> int:
        """Add a portrait, and return its size in bytes."""
        sizes[name] = len(cast(FileStorage, picture).read())
        return sizes[name]


app = Flask(__name__)
typed = Typed(app)
typed.graphql("/graphql", Query, Mutation, uploads=True)
known = {sha256(text.encode()).hexdigest(): text for text in (NAMES, ADD)}
typed.graphql("/stored", Query, Mutation, endpoint="stored", persisted=known)
