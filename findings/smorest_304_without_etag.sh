#!/usr/bin/env bash
# flask-smorest 0.47.0: a 304 of an endpoint with `@blp.etag` has no ETag, although the 200 has one.
#
# RFC 9110, 15.4.5: a 304 must have the ETag that the 200 would have had. flask-smorest sets the header after the view
# has returned; if the tag matches, it aborts with a 304 before that. A cache that keeps several representations cannot
# tell which of them is still fresh.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q flask==3.1.3 flask-smorest==0.47.0
cat > "$folder/shop.py" <<'PROGRAM'
from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields


class Book(Schema):
    id = fields.Integer()


books = Blueprint("books", __name__)


@books.route("/")
class Books(MethodView):
    @books.etag
    @books.response(200, Book)
    def get(self):
        return {"id": 1}


app = Flask(__name__)
app.config.update(API_TITLE="Shop", API_VERSION="1", OPENAPI_VERSION="3.0.3")
Api(app).register_blueprint(books)
client = app.test_client()
first = client.get("/")
second = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
for response in (first, second):
    print(response.status_code, "ETag" in response.headers)
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/shop.py")
# Seen on 2026-11-29.
expected="200 True
304 False"
echo "$seen"
[ "$seen" = "$expected" ]
