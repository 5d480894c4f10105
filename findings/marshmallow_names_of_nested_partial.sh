#!/usr/bin/env bash
# marshmallow 4.2.0 and 4.2.4: `partial` names the fields of nested schemas by their data key, or by their own name.
#
# `load(…, partial=("book.title",))` lets the title of a nested book be missing. The part before the dot is the name
# of the nested field: its `data_key` in the older version, its own name in the newer, which differ in their last
# number only. What lets the title be missing in one of them requires it in the other.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/shop.py" <<'PROGRAM'
from marshmallow import Schema, ValidationError, fields


class Book(Schema):
    title = fields.String(required=True)


class Order(Schema):
    book = fields.Nested(Book, data_key="theBook")


for partial in ("book.title", "theBook.title"):
    try:
        print(partial, Order().load({"theBook": {}}, partial=(partial,)))
    except ValidationError as error:
        print(partial, error.messages)
PROGRAM
seen=""
for version in 4.2.0 4.2.4; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install -q "marshmallow==$version"
    seen="$seen$version
$("$folder/$version/bin/python" "$folder/shop.py")
"
done
# Seen on 2026-11-30.
expected="4.2.0
book.title {'theBook': {'title': ['Missing data for required field.']}}
theBook.title {'book': {}}
4.2.4
book.title {'book': {}}
theBook.title {'theBook': {'title': ['Missing data for required field.']}}
"
echo "$seen"
[ "$seen" = "$expected" ]
