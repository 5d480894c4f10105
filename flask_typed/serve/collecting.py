"""The faults of one request, up to a limit.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from ..declare.markers import Location
from ..declare.problems import Fault, RequestInvalid, count_faults
from ..messages.recognizing import find_code
from ..messages.translating import translate_message
from ..plan.operation import Reader
from ..schemas.faults import flatten, write_pointer
from ..schemas.refusals import INVALID_VALUE
from ..schemas.searching import Enough, limit_faults
from ..wire.decoding import too_deep
from ..wire.limits import MAX_FAULTS_LENGTH


class Faults:
    """Collects the faults of a request.

    :param most: the number of faults that are reported. One more is searched for, to know whether
        there are more.
    :param prefix: of their pointers: the place of the values in their source.
    :ivar left: the number of faults that are still searched for.
    """

    __slots__ = ("_most", "_prefix", "_text", "found", "left")

    def __init__(self, most: int, prefix: str = "") -> None:
        self.found: list[Fault] = []
        self._most = most
        self._prefix = prefix
        self._text = 0
        self.left = most + 1

    def add(self, location: Location, pointer: str, detail: str) -> None:
        """Add a fault.

        :raises Enough: if no more faults are searched for.
        """
        pointer = self._prefix + pointer
        self._text += len(pointer) + len(detail)
        if self.found and self._text > MAX_FAULTS_LENGTH:
            self._most = len(self.found)
        code = find_code(detail)
        self.found.append({"in": location, "pointer": pointer, "code": code, "detail": detail})
        self.left = self._most + 1 - len(self.found)
        if self.left <= 0:
            raise Enough

    def make_error(self) -> RequestInvalid:
        """Return the error that reports the faults."""
        reported = [translate_fault(fault) for fault in self.found[: self._most]]
        more = ", and there are more" if len(self.found) > self._most else ""
        detail = count_faults(len(reported), more)
        return RequestInvalid(errors=reported, detail=translate_message(detail))


def add_faults(reader: Reader, error: ValidationError, faults: Faults) -> None:
    """Add the faults that a reader has found."""
    for path, message in flatten(error.messages, reader.schema):
        faults.add(reader.location, write_pointer(path[1:] if reader.is_whole else path), message)


def translate_fault(fault: Fault) -> Fault:
    """Return a fault in the language of the request."""
    return {**fault, "detail": translate_message(fault["detail"])}


@contextmanager
def loading_values(faults: Faults) -> Iterator[None]:
    """Load values through a schema in the block, and limit the number of faults.

    :raises werkzeug.exceptions.BadRequest: for values that are nested too deeply for the schema.
    :raises marshmallow.ValidationError: for a number with which a custom field cannot calculate;
        :class:`~flask_typed.schemas.families.model_schemas.GeneratedSchema` handles its own fields.
    """
    try:
        with limit_faults(faults.left):
            yield
    except RecursionError as error:
        raise too_deep() from error
    except ArithmeticError as error:
        raise ValidationError({SCHEMA: [INVALID_VALUE]}) from error
