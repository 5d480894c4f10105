"""The check: every operation, one request after the other.

Development time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import uuid4

from ..outside.operations import ApiOperation, OutsideApi
from ..outside.values import ApiSchemas
from ..review.references import JSONObject
from .cases import Case, CaseMaker
from .findings import CheckReport, ContractFinding, FindingKind
from .judging import Verdict, find_response_key, judge_answer
from .known import PATH_VARIABLE, KnownItems
from .sending import NoAnswer, Received, Sender
from .wiring import NO_HEADERS, OwnHeaders, make_request, write_curl

#: The methods that change nothing.
UNCHANGING_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "QUERY", "TRACE"})
#: When each method has its turn: what is made is read, then changed, then deleted.
TURNS: Mapping[str, int] = {"POST": 1, "PUT": 3, "PATCH": 3, "DELETE": 4}
#: The texts of headers that depend on the moment, by name in small letters.
SUITABLE_TEXTS: Mapping[str, Callable[[], tuple[str, ...]]] = {
    "idempotency-key": lambda: (f'"{uuid4()}"', str(uuid4())),
    "if-match": lambda: ("*",),
}
#: The cases of an operation that come before all others: the valid ones.
FIRST_CASES = 3
#: So many requests in a row without an answer end the check.
MAX_SILENT = 5


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """The options of the check.

    :param own: headers for each request.
    :param only: operationIds, or methods with paths; empty for all operations.
    :param all_methods: whether methods that change something are checked too.
    :param ignored: kinds of findings that are not reported, or ``kind:operationId``.
    :param timeout: the seconds of a request.
    """

    own: OwnHeaders = NO_HEADERS
    only: Sequence[str] = ()
    all_methods: bool = False
    seed: int = 0
    max_cases: int = 200
    ignored: frozenset[str] = frozenset()
    timeout: float = 10


def check_api(api: OutsideApi, sender: Sender, options: CheckOptions) -> CheckReport:
    """Return what the answers of a server say about its document."""
    check = ContractCheck(api, sender, options)
    check.run()
    return check.report


def find_unknown_operations(api: OutsideApi, only: Sequence[str]) -> list[str]:
    """Return the names that no operation has."""
    known = {name for one in api.operations for name in (one.operation_id, str(one))}
    return [name for name in only if name not in known]


class ContractCheck:
    """One check of a server."""

    def __init__(self, api: OutsideApi, sender: Sender, options: CheckOptions) -> None:
        self.report = CheckReport(sender.url)
        self._api = api
        self._sender = sender
        self._options = options
        self._known = KnownItems()
        self._silent = 0
        self._has_success = False

    def run(self) -> None:
        """Check the operations, and note what is not checked."""
        for operation in self._select():
            if self._silent >= MAX_SILENT:
                self.report.notes.append(
                    f"The check has ended early: {MAX_SILENT} requests in a row had no answer."
                )
                return
            self._check(operation)
        if self.report.sent and not self._has_success:
            self.report.notes.append(write_hint(self._api.document))

    def _select(self) -> list[ApiOperation]:
        """Return the operations to check, in the order in which they make sense."""
        only = self._options.only
        chosen = [
            one
            for one in self._api.operations
            if not only or one.operation_id in only or str(one) in only
        ]
        allowed = [
            one for one in chosen if self._options.all_methods or one.method in UNCHANGING_METHODS
        ]
        if len(allowed) < len(chosen):
            self.report.notes.append(
                f"{len(chosen) - len(allowed)} of {len(chosen)} operations may change something"
                " and are not checked without --all-methods."
            )
        return sorted(allowed, key=find_turn)

    def _check(self, operation: ApiOperation) -> None:
        """Send the cases of an operation."""
        cases = self._choose(operation)
        if not cases:
            return
        came: set[int] = set()
        for case in cases:
            received = self._send(case)
            if received is not None:
                came.add(received.status)
            if self._silent >= MAX_SILENT:
                break
        keys = {find_response_key(operation.responses, status) for status in came}
        documented = list(operation.responses.by_status)
        self.report.reached[str(operation)] = [key for key in documented if key in keys]
        self.report.unreached[str(operation)] = [key for key in documented if key not in keys]

    def _choose(self, operation: ApiOperation) -> list[Case]:
        """Return the cases of an operation; of too many, those that the seed selects."""
        cases = list(CaseMaker(self._api.incoming, operation).make())
        if not cases:
            self.report.notes.append(
                f"{operation} is not checked: no valid request is known. Write an example."
            )
        if not self._options.own.authenticate(operation):
            cases = [case for case in cases if case.kind == "anonymous"]
            self.report.notes.append(
                f"{operation} is checked without credentials only: add a --header."
            )
        most = self._options.max_cases
        if len(cases) > most:
            left_out = len(cases) - most
            self.report.notes.append(f"{operation}: {left_out} cases are left out (--max-cases).")
        return select_cases(cases, most, self._options.seed)

    def _send(self, case: Case) -> Received | None:
        """Send a case, and report what is wrong with its answer."""
        operation, own = case.operation, self._options.own
        found = self._known.find(operation, self._api.incoming)
        case = suit_headers(self._api.incoming, case)
        self._note_used(operation, case, found)
        request = make_request(case, own, found)
        self.report.sent += 1
        verdicts: list[Verdict] = []
        received = None
        try:
            received = self._sender.send(request)
        except NoAnswer as error:
            self._silent += 1
            verdicts = [("no-answer", str(error), "an answer")]
        else:
            self._silent = 0
            self._has_success |= received.status < 300
            verdicts = list(judge_answer(case, received))
            self._known.note(operation, read_path_values(case, found), received)
        for kind, text, expected in verdicts:
            curl = write_curl(self._sender.url, request, own)
            self._add(kind, case, (text, expected, curl))
        return received

    def _add(self, kind: FindingKind, case: Case, words: tuple[str, str, str]) -> None:
        """Add a finding, unless its kind is ignored."""
        operation = case.operation
        names = (kind, f"{kind}:{operation.operation_id}", f"{kind}:{operation}")
        if self._options.ignored.isdisjoint(names):
            self.report.findings.append(
                ContractFinding(kind, str(operation), operation.operation_id, case.words, *words)
            )

    def _note_used(self, operation: ApiOperation, case: Case, found: Mapping[str, Any]) -> None:
        """Note the values of the path variables of the first request."""
        names = PATH_VARIABLE.findall(operation.path)
        if names and str(operation) not in self.report.used:
            values = read_path_values(case, found)
            self.report.used[str(operation)] = {
                name: f"{values.get(name)} ({'an answer' if name in found else 'the document'})"
                for name in names
            }


def write_hint(document: JSONObject) -> str:
    """Return the note on a check in which no request was successful."""
    urls = [str(server.get("url")) for server in document.get("servers", ())]
    servers = f" The servers of the document are {', '.join(urls)}." if urls else ""
    return f"No request was successful. Check the URL and the credentials.{servers}"


def select_cases(cases: Sequence[Case], most: int, seed: int) -> list[Case]:
    """Return the first cases, and a sample of the others, in their order."""
    first = min(FIRST_CASES, most)
    others = range(first, len(cases))
    chosen = Random(seed).sample(others, min(most - first, len(others)))  # noqa: S311  # no secret
    return [*cases[:first], *(cases[number] for number in sorted(chosen))]


def suit_headers(schemas: ApiSchemas, case: Case) -> Case:
    """Return a case with the headers that no example can have, unless the case is about them.

    An idempotency key is good for one request only. The version of a thing is not known, but ``*``
    is any version.
    """
    for one in case.operation.inputs:
        key = one.location, one.name
        if one.location == "header" and key in case.values and case.about != key:
            texts = SUITABLE_TEXTS.get(one.name.lower(), tuple)()
            fitting = (text for text in texts if schemas.fits(one.schema, text))
            value = next(fitting, case.values[key])
            case = replace(case, values={**case.values, key: value})
    return case


def find_turn(operation: ApiOperation) -> int:
    """Return when an operation has its turn. Lists come first, for the ids in them."""
    has_variables = 2 if PATH_VARIABLE.search(operation.path) else 0
    return TURNS.get(operation.method, has_variables) + (operation.method == "POST") * has_variables


def read_path_values(case: Case, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the path variables of a request."""
    own = {name: value for (location, name), value in case.values.items() if location == "path"}
    return {**own, **{name: found[name] for name in own if name in found}}
