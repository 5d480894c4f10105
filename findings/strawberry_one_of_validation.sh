#!/usr/bin/env bash
# strawberry-graphql 0.341.2 with graphql-core 3.3.2: graphql-core does not know that an input type is `@oneOf`.
#
# `@strawberry.input(one_of=True)` prints `@oneOf` in the schema, and Strawberry checks it itself when it executes. The
# type of graphql-core stays an ordinary one: `is_one_of` is False, so graphql-core's own `validate_input_value`, which
# finds all faults of a variable, has no fault for a value with two keys or with none.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q strawberry-graphql==0.341.2 graphql-core==3.3.2
cat > "$folder/shop.py" <<'PROGRAM'
import strawberry
from graphql import build_schema
from graphql.utilities import validate_input_value


@strawberry.input(one_of=True)
class BookBy:
    id: strawberry.Maybe[int]
    title: strawberry.Maybe[str]


@strawberry.type
class Query:
    @strawberry.field
    def book(self, by: BookBy) -> str:
        return "Emma"


def count(schema, value):
    found = []
    validate_input_value(value, schema.type_map["BookBy"], lambda *fault: found.append(fault))
    return len(found)


strawberrys = strawberry.Schema(Query)
printed = strawberrys.as_str()
print("@oneOf in the text:", "input BookBy @oneOf" in printed)
for name, schema in (
    ("strawberry", strawberrys._schema),
    ("from its text", build_schema(printed)),
):
    both, none = count(schema, {"id": 1, "title": "Emma"}), count(schema, {})
    print(f"{name}: is_one_of {schema.type_map['BookBy'].is_one_of}, faults {both} {none}")
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/shop.py")
# Seen on 2026-11-30.
expected="@oneOf in the text: True
strawberry: is_one_of False, faults 0 0
from its text: is_one_of True, faults 1 1"
echo "$seen"
[ "$seen" = "$expected" ]
