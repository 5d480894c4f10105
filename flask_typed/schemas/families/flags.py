"""The field of ``enum.Flag``: an integer that is the sum of members.

Registration and request time.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from ...exceptions import UnsupportedType
from ..hints import name_of
from ..wording import write_list
from .scalars import Integer

#: The maximum number of combinations of members that a schema lists.
MAX_LISTED = 64


class Flags(Integer):
    """A ``Flag`` or ``IntFlag``, by value.

    :param members: the class.
    """

    def __init__(self, members: type[enum.Flag], **options: Any) -> None:
        super().__init__(**options)
        self.members = members
        named = read_bits(members)
        self.mask = reduce(or_, named.values())
        #: All values: a range if each bit between the lowest and the highest has a name.
        self.numbers = combine(members, named.values())
        self.samples = (members(self.mask), members(0))
        self.expected = f"a {name_of(members)}"
        self.json_schema = {"type": "integer", **describe_numbers(self.numbers)}
        words = [f"{name} = {bits}" for name, bits in named.items()]
        self.remark = f"A sum of: {', '.join(words)}."
        unknown = f"Must be a sum of: {write_list(words)}."
        self.error_messages = {**self.error_messages, "unknown": unknown}

    def load(self, value: Any) -> Any:
        number = super().load(value)
        if number not in self.numbers:
            raise self.make_error("unknown")
        return self.members(number)

    def dump(self, value: Any) -> int:
        if isinstance(value, self.members):
            # Python 3.10's ``~READ`` of an IntFlag is negative.
            number: int = value.value if value.value >= 0 else value.value & self.mask
        elif isinstance(value, enum.Enum):
            raise self.mismatch(value)
        else:  # a number, as a database's column has it
            number = super().dump(value)
        if number not in self.numbers:
            raise self.mismatch(value)
        return number


def read_bits(members: type[enum.Flag]) -> Mapping[str, int]:
    """Return the bits of each named member, without zero, which is the sum of no members."""
    values = {name: member.value for name, member in members.__members__.items()}
    if not any(values.values()) or not all(is_bits(value) for value in values.values()):
        raise UnsupportedType(
            f"{name_of(members)} has no members, or one that is not a positive integer.",
            instead="Give each member bits of its own: 1, 2, 4, or enum.auto().",
        )
    return {name: value for name, value in values.items() if value}


def is_bits(value: Any) -> bool:
    """Return whether a member's value is a set of bits."""
    return isinstance(value, int) and value >= 0


def combine(members: type[enum.Flag], named: Iterable[int]) -> Sequence[int]:
    """Return every sum of members: a range if all bits have names, else a list.

    :raises UnsupportedType: if some bits have no name and there are too many combinations.
    """
    bits = set(named)
    mask = reduce(or_, bits)
    lowest = mask & -mask
    single = [lowest << place for place in range((mask // lowest).bit_length())]
    if bits.issuperset(single):
        return range(0, mask + 1, lowest)
    found = {0}
    for value in sorted(bits):
        found |= {value | other for other in found}
        if len(found) > MAX_LISTED:
            raise UnsupportedType(
                f"{name_of(members)} has bits without a name between others, and more than "
                f"{MAX_LISTED} combinations.",
                instead="Name every bit between them, or use a set of an Enum.",
            )
    return sorted(found)


def describe_numbers(numbers: Sequence[int]) -> Mapping[str, Any]:
    """Return the JSON Schema keywords for a set of numbers."""
    if not isinstance(numbers, range):
        return {"enum": list(numbers)}
    step = {"multipleOf": numbers.step} if numbers.step > 1 else {}
    return {"minimum": 0, "maximum": numbers[-1], **step}


def holds_numbers(numbers: Sequence[int], others: Sequence[Any]) -> bool:
    """Return whether all of ``others`` are among the numbers of a Flag."""
    if isinstance(numbers, range) and isinstance(others, range):
        return others.step in numbers and others[-1] in numbers
    return len(others) <= len(numbers) and all(other in numbers for other in others)
