#!/usr/bin/env bash
# strawberry-graphql 0.341.2: `strawberry schema-codegen` leaves the arguments of fields out.
#
# The command writes Strawberry's classes for a schema in GraphQL's language. A field with arguments becomes an attribute
# without any, so the schema of the classes that it wrote refuses every operation that passes one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q 'strawberry-graphql[cli]==0.341.2' graphql-core==3.3.2
cat > "$folder/shop.graphql" <<'SCHEMA'
type Query {
  book(id: Int!, language: String = "en"): String!
}
SCHEMA
"$folder/venv/bin/strawberry" schema-codegen "$folder/shop.graphql" --output "$folder/shop.py"
cat > "$folder/show.py" <<'PROGRAM'
import strawberry
from shop import Query

schema = strawberry.Schema(Query)
print(schema.as_str())
print([error.message for error in schema.execute_sync("{ book(id: 1) }").errors])
PROGRAM
seen=$(cd "$folder" && PYTHONPATH="$folder" venv/bin/python show.py 2> /dev/null)
# Seen on 2026-11-30.
expected="type Query {
  book: String!
}
[\"Unknown argument 'id' on field 'Query.book'.\"]"
echo "$seen"
[ "$seen" = "$expected" ]
