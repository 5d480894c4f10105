from dataclasses import dataclass

import strawberry
from flask import Flask
from flask_typed import Page, Paging, Typed
from flask_typed.graphql import field


@dataclass
class Book:
    title: str


@strawberry.type
class Shelf:
    name: str

    @field
    def books(self, paging: Paging) -> Page[Book]:
        """List the books of the shelf."""
        return paging.page([Book("Emma"), Book("Persuasion")])


@strawberry.type
class Query:
    @strawberry.field
    def shelf(self, info: strawberry.Info, name: str = "novels") -> Shelf:
        """Read a shelf."""
        return Shelf(name=f"{name} of {info.context.request.host}")


app = Flask(__name__)
Typed(app).graphql("/graphql", Query)
