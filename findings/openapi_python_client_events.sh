#!/usr/bin/env bash
# openapi-python-client 0.29.1: of a `text/event-stream` response with an object as its schema, it makes code that calls
# `Item.from_dict(response.text)`. There is no warning; mypy rejects the code, and each call of it fails.
#
# A media type that begins with `text/` is read as a string, and the schema is used all the same. Before OpenAPI 3.2
# has a keyword for items, servers describe the data of an event there. With `application/jsonl`, the response is left
# out with a warning instead.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q openapi-python-client==0.29.1
cat > "$folder/document.json" <<'DOCUMENT'
{
  "openapi": "3.1.0",
  "info": {"title": "Shop", "version": "1"},
  "paths": {
    "/orders": {
      "get": {
        "operationId": "watch",
        "responses": {
          "200": {
            "description": "Events.",
            "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/Item"}}}
          }
        }
      }
    }
  },
  "components": {
    "schemas": {
      "Item": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    }
  }
}
DOCUMENT
cd "$folder"
PATH="$folder/venv/bin:$PATH" openapi-python-client generate --path document.json --output-path client --meta none > made
seen="warnings $(grep -ci warning made || true)
$(grep -o "Item.from_dict.*" client/api/default/watch.py)"
# Seen on 2026-11-29.
expected='warnings 0
Item.from_dict(response.text)'
echo "$seen"
[ "$seen" = "$expected" ]
