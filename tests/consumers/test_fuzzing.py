"""schemathesis with every check, against servers under gunicorn with gevent.

``FLASK_TYPED_SECONDS`` is for how long each API is tried, and ``FLASK_TYPED_SEED`` what is tried.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from .running import APIS, HERE, STAFF, ZOO, Api, require, run, serving

SECONDS = int(os.environ.get("FLASK_TYPED_SECONDS", "12"))
#: How many requests are the least.
CASES = 500
#: How often the time is doubled on a machine that is too busy for as many.
ROUNDS = 4
SEED = os.environ.get("FLASK_TYPED_SEED", "1")

pytestmark = require("schemathesis")


@pytest.mark.parametrize("api", APIS, ids=[api.name for api in APIS])
def test_everything_holds(api: Api, tmp_path: Path) -> None:
    """Nothing fails but what the configuration explains."""
    with serving(api, tmp_path) as url:
        for seconds in (SECONDS * 2**number for number in range(ROUNDS)):
            found = fuzz(api, url, seconds, tmp_path)
            cases = found["test_cases"]["generated"]
            print(f"{api.name}: {cases} cases in {seconds} s")
            if cases > CASES:
                break
    assert found["operations"]["tested"] == found["operations"]["total"] >= 20
    assert cases > CASES


def test_check_runs_it(tmp_path: Path) -> None:
    """``flask typed check --schemathesis`` finds nothing, and neither does schemathesis."""
    with serving(ZOO, tmp_path) as url:
        options = ("--schemathesis", "--max-cases", 5, "--seed", SEED, "--format", "json")
        checked = run("flask", "typed", "check", url, *options, cwd=tmp_path)
    found = json.loads(checked.stdout)
    assert (checked.returncode, found["findings"]) == (0, [])
    assert "Schemathesis v" in found["fuzzing"]


def fuzz(api: Api, url: str, seconds: int, folder: Path) -> Mapping[str, Any]:
    """Try an API for some time, and return the report, which holds no failure."""
    report = folder / "report.json"
    options = (
        *("--config-file", HERE / "fuzzing" / f"{api.name}.toml"),
        *("run", f"{url}/openapi.json", "--url", url),
        *("--continue-on-failure", "--max-examples", max(20, seconds // 2)),
        *("--max-time", seconds, "--seed", SEED, "--report-json-path", report),
        *log_in(api, url),
    )
    hooks = {"PYTHONPATH": str(HERE / "fuzzing"), "SCHEMATHESIS_HOOKS": "hooks"}
    fuzzed = run("schemathesis", *options, cwd=folder, **hooks)
    assert fuzzed.returncode == 0, fuzzed.stdout
    found: Mapping[str, Any] = json.loads(report.read_text())
    assert not found["failures"]
    assert {phase["status"] for phase in found["phases"].values()} <= {"success", "skip"}
    return found


def log_in(api: Api, url: str) -> tuple[str, ...]:
    """Return the options with which somebody of the bookshop's staff asks."""
    if api.name != "bookshop":
        return ()
    form = {"grant_type": "password", "username": STAFF[0], "password": STAFF[1]}
    with urlopen(f"{url}/token", urlencode(form).encode()) as answer:
        token = json.load(answer)["access_token"]
    return ("--header", f"Authorization: Bearer {token}")
