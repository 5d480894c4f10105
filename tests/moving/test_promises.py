"""Each service keeps the promises of its document after the move: ``flask typed check``."""

from __future__ import annotations

import importlib
import json

import pytest
from flask_typed.outside.operations import OutsideApi
from flask_typed.outside.reading import parse_api
from flask_typed.probing.checking import CheckOptions, check_api
from flask_typed.probing.sending import InProcessSender

SERVICES = ("apiflask", "connexion", "fastapi", "restx", "smorest")
#: What a login answers to a wrong password, as it did before.
KNOWN = frozenset({"refused:log_in"})


@pytest.mark.parametrize("service", SERVICES)
def test_promises(service: str) -> None:
    """Neither valid requests nor those just over a bound have an undocumented answer."""
    side = importlib.import_module(f"moving.{service}.after")
    side.reset()
    document = side.app.test_client().get("/openapi.json").get_json()
    api = OutsideApi(parse_api(json.dumps(document), service))
    options = CheckOptions(all_methods=True, max_cases=30, ignored=KNOWN)
    report = check_api(api, InProcessSender(side.app), options)
    side.reset()
    assert (report.findings, report.sent > 30) == ([], True)
