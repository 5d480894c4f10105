"""Values of the zoo, with the models that datamodel-code-generator makes."""

from __future__ import annotations

import json

import models
from steps import live

CAT = {"kind": "cat", "name": "Tom", "weight": "4.5", "tags": ["grey"]}


def accept() -> None:
    """A valid body is one of the model, and is sent as it was."""
    assert json.loads(models.CatInput(**CAT).model_dump_json(exclude_unset=True)) == CAT


def refuse() -> None:
    """Other values are refused."""
    for fault in ({"kind": "parrot"}, {"lives": 10}, {"weight": []}, {"barks": True}):
        try:
            models.CatInput(**{**CAT, **fault})
        except ValueError:
            continue
        raise AssertionError(f"{fault} is accepted")


def spread_time() -> None:
    """A date is one; a time may stay a text."""
    body = {"day": "2027-05-01", "arrival": "09:30:00", "guests": [{"age": 9}]}
    visit = models.VisitInput(**body)
    assert (visit.day.year, str(visit.arrival)) == (2027, "09:30:00")


live((accept, refuse, spread_time))
