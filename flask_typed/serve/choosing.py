"""The fields of a response that its client has chosen.

Request time. The values are not decoded.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from msgspec import Raw

read_raw_object = msgspec.json.Decoder(dict[str, Raw]).decode
read_raw_objects = msgspec.json.Decoder(list[dict[str, Raw] | None]).decode
write_chosen = msgspec.json.Encoder().encode


def choose_fields(text: bytes, path: Sequence[str], names: Collection[str]) -> bytes:
    """Return a JSON text whose objects have only some of their fields.

    :param path: the keys that lead to the object, or to the array of objects.
    :param names: of the fields.
    """
    if path:
        outer = read_raw_object(text)
        outer[path[0]] = Raw(choose_fields(bytes(outer[path[0]]), path[1:], names))
        return write_chosen(outer)
    if text.startswith(b"["):
        return write_chosen([one and keep_chosen(one, names) for one in read_raw_objects(text)])
    if text.startswith(b"{"):
        return write_chosen(keep_chosen(read_raw_object(text), names))
    return text  # null


def keep_chosen(values: dict[str, Raw], names: Collection[str]) -> dict[str, Raw]:
    """Return the values of some names."""
    return {name: value for name, value in values.items() if name in names}
