#!/usr/bin/env bash
# flask-smorest 0.47.0 with apispec 6.10.1: a bound that is a Decimal is a text in the document, which no validator takes.
#
# `validate.Range(min=Decimal("0.50"))` of a Decimal field becomes `"minimum": "0.50"`: apispec copies the bound, and
# Flask writes a Decimal as a text. JSON Schema's `minimum` must be a number, so the document is not a valid one of
# OpenAPI, and tools that check it first (generators, mocks, fuzzers) refuse all of it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q flask==3.1.3 flask-smorest==0.47.0 apispec==6.10.1 marshmallow==4.4.0 webargs==8.7.1 \
    openapi-spec-validator==0.9.0
cat > "$folder/shop.py" <<'PROGRAM'
from decimal import Decimal

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields, validate
from openapi_spec_validator import OpenAPIV30SpecValidator

app = Flask("shop")
app.config.update(API_TITLE="Shop", API_VERSION="1", OPENAPI_VERSION="3.0.3", OPENAPI_URL_PREFIX="/")
api = Api(app)
books = Blueprint("books", "books", url_prefix="/books")


class BookSchema(Schema):
    price = fields.Decimal(validate=validate.Range(min=Decimal("0.50")))


@books.post("")
@books.arguments(BookSchema)
def add_book(book):
    return ""


api.register_blueprint(books)
document = app.test_client().get("/openapi.json").get_json()
print("minimum:", repr(document["components"]["schemas"]["Book"]["properties"]["price"]["minimum"]))
errors = [error.message for error in OpenAPIV30SpecValidator(document).iter_errors()]
print("the document is valid:", not errors)
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/shop.py")
# Seen on 2026-11-30.
expected="minimum: '0.50'
the document is valid: False"
echo "$seen"
[ "$seen" = "$expected" ]
