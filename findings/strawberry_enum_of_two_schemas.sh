#!/usr/bin/env bash
# strawberry-graphql 0.341.2: what one schema calls an Enum, all later schemas of the process call it.
#
# A class of the program that is an `enum.Enum` needs no decorator. Strawberry writes its definition on the class the
# first time that an annotation names it, and `strawberry.enum(Color, name="Paint")` in one annotation replaces that
# definition. A schema made before keeps the old name. One that is made after, by a module that only wrote
# `color: Color`, has the other module's name.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q strawberry-graphql==0.341.2 graphql-core==3.3.2
cat > "$folder/shop.py" <<'PROGRAM'
import enum

import strawberry


class Color(enum.Enum):
    RED = "red"


def name_of_color(annotation):
    def color():
        return Color.RED

    color.__annotations__["return"] = annotation
    query = type("Query", (), {"color": strawberry.field(color)})
    text = strawberry.Schema(strawberry.type(query)).as_str()
    return text.partition("enum ")[2].partition(" ")[0]


print("the class is marked:", "__strawberry_definition__" in vars(Color))
print("a schema of its own:", name_of_color(Color))
print("the class is marked:", "__strawberry_definition__" in vars(Color))
print("another schema:", name_of_color(strawberry.enum(Color, name="Paint")))
print("as the first one:", name_of_color(Color))
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/shop.py")
# Seen on 2026-11-30.
expected="the class is marked: False
a schema of its own: Color
the class is marked: True
another schema: Paint
as the first one: Paint"
echo "$seen"
[ "$seen" = "$expected" ]
