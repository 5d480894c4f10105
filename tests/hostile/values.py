"""JSON that is not what is asked for: values near the right ones, and texts that are broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

#: Texts near the borders of what the formats take, and such as break parsers.
ODD_TEXTS = [
    "", " ", "\x00", "a\x00b", "\ufeff", "\u2028", "\u0660", "é" * 300, "😀", "null", "true",
    "TRUE",
    "NaN", "-Infinity", "1e400", "-1e400", "1e-400", "1E5", "+1", "01", "-0", ".5", "5.", "1_000",
    "0x1f", "1" * 400, "9" * 4400, "0." + "0" * 4400 + "1", "1e" + "9" * 400, "2021-02-29",
    "0000-01-01", "9999-12-31T23:59:59.999999999+00:00", "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59", "2020-01-01T23:59:60Z", "24:00:00", "12:00", "P1Y", "P999999999D",
    "PT" + "9" * 400 + "S", "P" + "9" * 5000 + "D", "aGk", "====", "a" * 5001, "256.0.0.1",
    "::1%eth0", "1.2.3.4/33", "10.0.0.1/8", "::/129", "{12345678-1234-5678-1234-567812345678}",
    "../../etc/passwd", "%", "%zz", "&=;", "\r\nX: y", "<script>", "' OR 1=1 --", "a,b", "a|b", '"',
    "\\", "\\u0000",
]  # fmt: skip

#: Values whose text is longer are large enough.
MODEST = 300

ODD_VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 0.5, -0.0, 2**31, 2**63, 2**64, -(2**63) - 1, 10**25, 1e308,
    5e-324, [], {}, [[]], [None], {"": None}, {"a": 1}, {"kind": []}, {"kind": {"a": 1}},
    {"kind": "cat", "more": 1}, [1, "1", True, None], "1", "a",
]  # fmt: skip


def draw_odd(random: Random) -> Any:
    """Return a value that fits by accident at most."""
    return random.choice([random.choice(ODD_VALUES), random.choice(ODD_TEXTS)])


def mutate(random: Random, value: Any) -> Any:
    """Return a value that differs in one place."""
    if isinstance(value, dict) and value and random.random() < 0.8:
        return mutate_object(random, value)
    if isinstance(value, list) and value and random.random() < 0.8:
        return mutate_list(random, value)
    if isinstance(value, str) and random.random() < 0.5:
        return random.choice([f"{value}\n", value + value, value[1:], value.upper(), f" {value}"])
    if is_number(value) and random.random() < 0.5:
        return random.choice([value + 1, -value, value * 10**20, str(value), value + 0.5])
    return draw_odd(random)


def is_number(value: Any) -> bool:
    """Return whether a value is a number that stays finite when it grows."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e200


def mutate_object(random: Random, value: dict[str, Any]) -> dict[str, Any]:
    """Return an object with another value under a key, without it, or with one more."""
    key = random.choice(list(value))
    changed = {**value, key: mutate(random, value[key])}
    dropped = {name: item for name, item in value.items() if name != key}
    renamed = {name.upper() if name == key else name: item for name, item in value.items()}
    more = {**value, random.choice(ODD_TEXTS): draw_odd(random)}
    return random.choice([changed, changed, changed, dropped, renamed, more])


def mutate_list(random: Random, value: list[Any]) -> list[Any]:
    """Return a list with another item, fewer or more."""
    index = random.randrange(len(value))
    changed = [*value[:index], mutate(random, value[index]), *value[index + 1 :]]
    return random.choice([changed, changed, value + value, value[1:], [*value, draw_odd(random)]])


def write(value: Any) -> bytes:
    """Return the JSON text of a value."""
    return json.dumps(value, ensure_ascii=False).encode()


def swell(random: Random, value: Any) -> Any:
    """Return a large value: an item, or a key, many times."""
    count = random.choice([100, 1000, 5000]) if len(write(value)) < MODEST else 2
    if isinstance(value, list):
        return (value or [None]) * count
    if isinstance(value, dict):
        return {**value, **{f"k{number}": number for number in range(count)}}
    return f"{value}" * count


def sink(random: Random, value: Any) -> bytes:
    """Return the text of a value that is deep inside of others."""
    depth = random.choice([50, 900, 20_000])
    before, after = random.choice(
        [(b"[", b"]"), (b'{"a":', b"}"), (b'{"left":', b"}"), (b"[[", b"]")]
    )
    return before * depth + write(value) + after * random.choice([depth, depth, 0])


def repeat_key(text: bytes) -> bytes:
    """Return the text of an object that has its first key twice, or of something else."""
    if not text.startswith(b'{"'):
        return b'{"a": 1, "a": 2}'
    key = text[1 : text.index(b'"', 2) + 1]
    return b"{" + key + b": null, " + text[1:]


#: What breaks the text of a JSON value.
Break = Callable[[Random, bytes], bytes]
BREAKS: list[Break] = [
    lambda random, text: text[: random.randrange(len(text) + 1)],
    lambda random, text: text + random.choice([b",", b"}", b"\x00", b" []", b"//"]),
    lambda random, text: b"\xef\xbb\xbf" + text,
    lambda random, text: text.decode().encode(random.choice(["utf-16", "utf-32", "utf-7"])),
    lambda random, text: text.replace(b'"', b"'"),
    lambda random, text: repeat_key(text),
    lambda random, text: random.choice([b"NaN", b"[NaN]", b"-Infinity", b'{"a": NaN}']),
    lambda random, text: random.choice([b"1", b"-", b"[1e", b"0."]) + b"9" * 5000,
    lambda random, text: random.choice([b"1e400", b"-1e400", b"1e99999999999", b"[1e-999999]"]),
    lambda random, text: random.choice([rb'"\ud800"', rb'{"\udc00": 1}', rb'["\ud83d\ud83d"]']),
    lambda random, text: random.choice([b'"\xff"', b'{"\xc3": 1}', b'"\xed\xa0\x80"', b"\xff\xfe"]),
    lambda random, text: random.choice([b'"\x00"', b'"\n"', b"[01]", b"[+1]", b"tru", b"[1,,2]"]),
    lambda random, text: random.randbytes(random.randint(0, 64)),
    lambda random, text: b" " * random.choice([0, 1, 10_000]),
]
