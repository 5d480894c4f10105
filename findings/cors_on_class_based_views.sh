#!/usr/bin/env bash
# flask-cors 6.0.5 with Flask 3.1.3: a preflight of a class-based view gets no CORS headers, if cross_origin() stands
# in the view's `decorators`. On a function it works.
#
# cross_origin() sets `provide_automatic_options = False` on the function that it returns, so that Flask leaves OPTIONS
# to it. View.as_view() applies the decorators first, and then sets `provide_automatic_options` to the attribute of the
# class: None. So Flask answers OPTIONS by itself, and browsers refuse the request that follows.
# CORS(app) has no such trouble, nor has a class with `provide_automatic_options = False` and "OPTIONS" in `methods`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q flask==3.1.3 werkzeug==3.1.9 flask-cors==6.0.5
cat > "$folder/shop.py" <<'PROGRAM'
from flask import Flask
from flask.views import MethodView
from flask_cors import cross_origin

app = Flask(__name__)


class Items(MethodView):
    decorators = [cross_origin()]

    def put(self):
        return "put"


app.add_url_rule("/class", view_func=Items.as_view("items"))


@app.put("/function")
@cross_origin()
def put():
    return "put"


headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "PUT"}
for url in ("/class", "/function"):
    answer = app.test_client().options(url, headers=headers)
    print(url, answer.status_code, answer.headers.get("Access-Control-Allow-Origin"))
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/shop.py")
# Seen on 2026-11-28:
expected="/class 200 None
/function 200 https://shop.example"
echo "$seen"
[ "$seen" = "$expected" ]
