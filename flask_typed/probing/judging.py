"""An answer, held against the document.

Development time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Response

from ..contract.comparing import compare, write_choices
from ..contract.records import DescribedResponses
from .cases import Case, CaseKind
from .findings import FindingKind
from .sending import Received

#: A kind of finding, what came, and what was expected.
Verdict = tuple[FindingKind, str, str]

#: The statuses that say that a request is not valid. Others may depend on what the server has.
INVALID_STATUSES = frozenset({400, 405, 406, 413, 414, 415, 422})
#: The statuses that servers may send although no operation documents them, by what is special.
SILENT_STATUSES: Mapping[str, frozenset[int]] = {
    "path": frozenset({404}),  # the router's: the URL belongs to no operation
    "unsupported": frozenset({415}),
    "anonymous": frozenset({401, 403}),
}


def judge_answer(case: Case, received: Received) -> Iterator[Verdict]:
    """Yield what is wrong with an answer."""
    status = received.status
    if status >= 500:
        yield "server-error", f"status {status}", "no server error"
        return
    yield from JUDGES[case.kind](case, status)
    is_silent = status in find_silent(case)
    responses = case.operation.responses
    if responses.find(status) is None:
        if responses.by_status and not is_silent:  # without any, nothing is promised
            yield "undocumented", f"status {status}", write_statuses(responses)
        return
    yield from judge_response(case, received)


def find_silent(case: Case) -> frozenset[int]:
    """Return the statuses of a case that need not be documented."""
    is_path = case.kind == "invalid" and case.about is not None and case.about[0] == "path"
    return SILENT_STATUSES.get("path" if is_path else case.kind, frozenset())


def judge_response(case: Case, received: Received) -> Iterator[Verdict]:
    """Yield the differences of an answer from its Response Object."""
    response = Response(received.body, received.status, received.headers)
    if not received.is_whole:
        response = Response(iter(()), received.status, received.headers)  # not compared
    for difference in compare(response, case.operation.method, case.operation.responses):
        came = f"status {received.status} with another {difference.place}"
        yield "response", came, difference.expected


def judge_valid(case: Case, status: int) -> Iterator[Verdict]:
    """Yield a finding if a valid request is refused as not valid."""
    if status in INVALID_STATUSES and not is_opaque(case):
        yield "refused", f"status {status}", f"a valid request is accepted: {write_success(case)}"


def is_opaque(case: Case) -> bool:
    """Return whether the body has bytes that no schema describes, such as those of a picture."""
    if case.body is None:
        return False
    return b"filename=" in case.body.data or not is_described(case.body.content_type)


def is_described(content_type: str) -> bool:
    """Return whether a schema describes the values of a body of a media type."""
    return not content_type.startswith(("image/", "audio/", "video/", "application/octet-stream"))


def judge_refusal(case: Case, status: int) -> Iterator[Verdict]:
    """Yield a finding if a request that is not valid is not refused."""
    if status < 400:
        yield "accepted", f"status {status}", write_refusals(case)


def judge_anonymous(case: Case, status: int) -> Iterator[Verdict]:
    """Yield a finding if a request without credentials is not refused for that."""
    if status not in (401, 403):
        yield "anonymous", f"status {status}", "status 401 or 403: credentials are required"


JUDGES: Mapping[CaseKind, Callable[[Case, int], Iterator[Verdict]]] = {
    "valid": judge_valid,
    "invalid": judge_refusal,
    "unsupported": judge_refusal,
    "anonymous": judge_anonymous,
}


def write_statuses(responses: DescribedResponses) -> str:
    """Return the documented statuses as a phrase."""
    return f"status {write_choices(sorted(responses.by_status))}"


def write_success(case: Case) -> str:
    """Return the documented statuses of success as a phrase."""
    return write_choices([key for key in case.operation.responses.by_status if key[0] == "2"])


def write_refusals(case: Case) -> str:
    """Return the documented refusals as a phrase."""
    keys = [key for key in case.operation.responses.by_status if key[0] == "4"]
    return f"the request is refused: {write_choices(keys or ['a documented 4xx'])}"


def find_response_key(responses: DescribedResponses, status: int) -> str | None:
    """Return the key of the Responses Object that describes a status."""
    keys: tuple[Any, ...] = (str(status), f"{status // 100}XX", "default")
    return next((key for key in keys if key in responses.by_status), None)
