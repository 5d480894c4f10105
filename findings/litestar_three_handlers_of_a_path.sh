#!/usr/bin/env bash
# litestar 2.25.0: of three handlers with `sync_to_thread=True` on one path, the first is answered with a 500.
#
# The app registers the handlers of a path again for each further handler of the path, and each registration wraps a
# function that runs in a thread once more. After the third, the first one returns a coroutine that nobody awaits: its
# requests fail, and so does the OpenAPI document. Two handlers work, and so do three in a Controller or a Router,
# which registers them together.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q litestar==2.25.0
cat > "$folder/shop.py" <<'PROGRAM'
from litestar import Litestar, Router, get, patch, put
from litestar.testing import TestClient


@get("/book", sync_to_thread=True)
def read() -> str:
    return "Emma"


@put("/book", sync_to_thread=True)
def replace() -> str:
    return "Emma"


@patch("/book", sync_to_thread=True)
def change() -> str:
    return "Emma"


for handlers in (
    [read, replace],
    [read, replace, change],
    [Router("/", route_handlers=[read, replace, change])],
):
    with TestClient(Litestar(handlers)) as client:
        print(client.get("/book").status_code, client.get("/schema/openapi.json").status_code)
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/shop.py" 2> "$folder/log" | grep -v "HTTP Request")
# Seen on 2026-11-30.
expected="200 200
500 500
200 200"
echo "$seen"
[ "$seen" = "$expected" ]
