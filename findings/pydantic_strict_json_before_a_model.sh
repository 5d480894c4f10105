#!/usr/bin/env bash
# pydantic 2.14.4: a model with a validator before the whole model is read from JSON by the strict rules of Python.
#
# `model_validate_json(text, strict=True)` accepts the JSON forms of dates, Decimals, timedeltas and sets. As soon as the
# model has a `model_validator(mode="before")`, even one that returns its argument, the same text is refused: no JSON
# text is a date any more. UUIDs and enums are accepted with and without it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pydantic==2.14.4
cat > "$folder/models.py" <<'PROGRAM'
from datetime import date
from decimal import Decimal
from uuid import UUID

import pydantic


class Plain(pydantic.BaseModel):
    """No validator."""


class Before(pydantic.BaseModel):
    @pydantic.model_validator(mode="before")
    @classmethod
    def keep(cls, data):
        return data


TEXTS = {date: '"2026-11-30"', Decimal: '"9.90"', set[int]: "[1]", UUID: '"00000000-0000-0000-0000-000000000000"'}
for base in (Plain, Before):
    for kind, text in TEXTS.items():
        model = pydantic.create_model("Made", __base__=base, value=(kind, ...))
        try:
            model.model_validate_json(f'{{"value": {text}}}', strict=True)
            answer = "accepted"
        except pydantic.ValidationError as error:
            answer = error.errors()[0]["type"]
        print(base.__name__, getattr(kind, "__name__", kind), answer)
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/models.py")
# Seen on 2026-11-30.
expected='Plain date accepted
Plain Decimal accepted
Plain set accepted
Plain UUID accepted
Before date date_type
Before Decimal is_instance_of
Before set set_type
Before UUID accepted'
echo "$seen"
[ "$seen" = "$expected" ]
