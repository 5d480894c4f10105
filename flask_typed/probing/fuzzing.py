"""schemathesis on the same server, where it is installed.

Development time. It runs as a program of its own: it may be installed elsewhere, as by pipx.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ..review.references import JSONObject
from .checking import CheckOptions
from .findings import CheckReport, ContractFinding
from .sending import Sender

#: The phases that send only the methods of the operations. "coverage" also sends those that the
#: document does not have, and "stateful" fails without the operations that make things.
SAFE_PHASES = "examples,fuzzing"
#: The phases for some of the operations.
SINGLE_PHASES = "examples,coverage,fuzzing"
#: The command that installs it.
SCHEMATHESIS_EXTRA = "pip install schemathesis"


class FuzzingFailed(Exception):
    """schemathesis is not there, or has ended without a report. The message says why."""


def find_schemathesis() -> str:
    """Return the path of the program: beside this Python, or on the ``PATH``.

    :raises FuzzingFailed: with the command that installs it.
    """
    places = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    found = shutil.which("schemathesis", path=places)
    if found is None:
        raise FuzzingFailed(f"--schemathesis needs the program schemathesis: {SCHEMATHESIS_EXTRA}")
    return found


def add_fuzzing(
    report: CheckReport, program: str, document: JSONObject, sender: Sender, options: CheckOptions
) -> None:
    """Run schemathesis on the operations of a report, and add what it finds.

    :raises FuzzingFailed: if it ends without a report.
    """
    if not report.reached:  # without a name, it would test all operations
        return
    with TemporaryDirectory() as folder:
        (Path(folder) / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
        words = list(write_command(sender, options, tuple(report.reached)))
        done = subprocess.run(  # noqa: S603  # of our own words, without a shell
            [program, *words], cwd=folder, capture_output=True, text=True, check=False
        )
        try:
            found = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            output = f"{done.stdout}{done.stderr}".strip()
            raise FuzzingFailed(f"schemathesis has ended without a report:\n{output}") from error
    report.sent += found["test_cases"]["generated"]
    report.fuzzing = done.stdout
    if not {"schemathesis"} & options.ignored:
        report.findings.extend(read_failures(found, sender.url))


def write_command(
    sender: Sender, options: CheckOptions, operations: Sequence[str]
) -> Iterator[str]:
    """Yield the arguments.

    :param operations: methods and paths.
    """
    yield from ("run", "openapi.json", "--url", sender.url, "--no-color")
    yield from ("--report-json-path", "report.json", "--seed", str(options.seed))
    yield from ("--request-timeout", str(options.timeout), "--continue-on-failure")
    yield from ("--max-examples", str(options.max_cases))
    if options.only or not options.all_methods:
        yield from ("--phases", SINGLE_PHASES if options.all_methods else SAFE_PHASES)
    for name in operations:
        yield from ("--include-name", name)
    for name, value in options.own.pairs:
        yield from ("--header", f"{name}: {value}")


def read_failures(found: JSONObject, url: str) -> Iterator[ContractFinding]:
    """Yield a finding for each operation of each failure in a report of schemathesis."""
    for failure in (*found["failures"], *found["errors"]):
        for operation in failure.get("operations", ()) or ("the document",):
            yield ContractFinding(
                "schemathesis",
                operation,
                "",
                f"seed {found['seed']}",
                f"{failure.get('title', 'an error')} ({failure.get('count', 1)} times)",
                f"none of {failure.get('code', 'its errors')}: see the output of schemathesis",
                f"schemathesis run --url {url} --seed {found['seed']}",
            )
