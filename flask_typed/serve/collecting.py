"""The faults of one request, up to a number.

Request time.
"""

from __future__ import annotations

from ..declare.markers import Location
from ..declare.problems import Fault, RequestInvalid
from ..schemas.searching import Enough
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
