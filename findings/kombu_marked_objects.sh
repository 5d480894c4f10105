#!/usr/bin/env bash
# kombu 5.7.0, and with it Celery's JSON: an object whose only keys are `__type__` and `__value__` does not arrive as
# it was sent.
#
# kombu writes values that JSON does not have, such as a date, as an object with these two keys, and reads every such
# object as one of its own. A dict of a user with these keys is not marked when it is written. It becomes a value of
# another type if `__type__` is one that kombu knows, and is an error of the reader otherwise. With one key more, or
# one less, the dict arrives unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q kombu==5.7.0
cat > "$folder/shop.py" <<'PROGRAM'
from kombu.utils.json import dumps, loads

VALUES = (
    {"__type__": "date", "__value__": "2026-11-29"},
    {"__type__": "bytes", "__value__": "x"},
    {"__type__": "money", "__value__": 5},
    {"__type__": "money", "__value__": 5, "currency": "EUR"},
    {"__type__": "date"},
)
for value in VALUES:
    try:
        print(repr(loads(dumps(value))))
    except ValueError as error:
        print("ValueError:", error.args[0])
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/shop.py")
# Seen on 2026-11-29.
expected="datetime.date(2026, 11, 29)
b'x'
ValueError: Unsupported type
{'__type__': 'money', '__value__': 5, 'currency': 'EUR'}
{'__type__': 'date'}"
echo "$seen"
[ "$seen" = "$expected" ]
