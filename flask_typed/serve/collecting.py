"""The faults of one request, up to a number.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from ..declare.markers import Location
from ..declare.problems import Fault, RequestInvalid
from ..schemas.refusals import INVALID
from ..schemas.searching import Enough, limit_faults
from ..wire.decoding import too_deep
from ..wire.limits import MAX_FAULTS_LENGTH


class Faults:
    """What is wrong with a request.

    :param most: how many faults are reported. One more is looked for, to know that there are more.
    :ivar left: how many more are looked for.
    """

    __slots__ = ("_most", "_text", "found", "left")

    def __init__(self, most: int) -> None:
        self.found: list[Fault] = []
        self._most = most
        self._text = 0
        self.left = most + 1

    def add(self, location: Location, pointer: str, detail: str) -> None:
        """Note a fault.

        :raises Enough: if no more are looked for.
        """
        self._text += len(pointer) + len(detail)
        if self.found and self._text > MAX_FAULTS_LENGTH:
            self._most = len(self.found)
        self.found.append({"in": location, "pointer": pointer, "detail": detail})
        self.left = self._most + 1 - len(self.found)
        if self.left <= 0:
            raise Enough

    def refuse(self) -> RequestInvalid:
        """Return the error that reports them."""
        reported = self.found[: self._most]
        count = "One value" if len(reported) == 1 else f"{len(reported)} values"
        more = ", and there are more" if len(self.found) > self._most else ""
        detail = f"{count} of the request cannot be accepted{more}."
        return RequestInvalid(errors=reported, detail=detail)


@contextmanager
def loading_values(faults: Faults) -> Iterator[None]:
    """Load values through a schema in the block; no more faults are looked for than are left.

    :raises werkzeug.exceptions.BadRequest: for values that are nested too deeply for the schema.
    :raises marshmallow.ValidationError: for a number that a field of the user's cannot calculate
        with (:class:`~flask_typed.schemas.families.model_schemas.GeneratedSchema` asks its own).
    """
    try:
        with limit_faults(faults.left):
            yield
    except RecursionError as error:
        raise too_deep() from error
    except ArithmeticError as error:
        raise ValidationError({SCHEMA: [INVALID]}) from error
