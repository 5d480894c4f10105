"""The media type of a response, chosen by the client among those that its annotation declares.

Registration time makes the forms; requests choose one (RFC 9110, section 12.5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from flask import Request
from werkzeug.exceptions import NotAcceptable
from werkzeug.wrappers import Response

from ..plan.operation import REQUEST, Inputs, Operation, Outcome, Step
from ..schemas.formats import find_columns, find_format
from ..wire.msgpack import json_to_msgpack
from ..wire.tables import json_to_csv


class BodyForm(NamedTuple):
    """One media type of a response.

    :ivar convert: makes its body of the JSON text; ``None`` if it is JSON.
    """

    media_type: str
    convert: Callable[[bytes], bytes] | None


def make_body_forms(outcome: Outcome) -> tuple[BodyForm, ...]:
    """Return the representations of a body, the preferred one first."""
    return tuple(
        BodyForm(media_type, find_conversion(outcome, media_type))
        for media_type in outcome.media_types
    )


def find_conversion(outcome: Outcome, media_type: str) -> Callable[[bytes], bytes] | None:
    """Return the function from JSON to a media type."""
    kind = find_format(media_type)
    if kind == "csv" and outcome.field is not None:
        return partial(json_to_csv, columns=find_columns(outcome.field))
    return json_to_msgpack if kind == "msgpack" else None


def represent(response: Response, forms: Sequence[BodyForm], current: Request) -> None:
    """Write a response with a JSON body in the media type that its client prefers.

    :raises werkzeug.exceptions.NotAcceptable: if the client accepts none.
    """
    chosen = forms[0]
    if len(forms) > 1:
        name = choose_media_type(current, [one.media_type for one in forms])
        chosen = next(one for one in forms if one.media_type == name)
        response.vary.add("Accept")
    if chosen.convert is not None:
        response.set_data(chosen.convert(response.get_data()))
    response.mimetype = chosen.media_type  # with a charset, for text


def choose_media_type(current: Request, offered: Sequence[str]) -> str:
    """Return the media type that a client prefers.

    Among those of equal quality, one that the client names counts more than one in a range, and
    then the order of the annotation decides. Parameters such as ``charset`` make no difference.

    :raises werkzeug.exceptions.NotAcceptable: if the client accepts none.
    """
    accepted = [
        (name.partition(";")[0].strip().lower(), quality)
        for name, quality in current.accept_mimetypes
        if "/" in name  # else it is no media range
    ]
    if not accepted:
        return offered[0]
    rated = [(*rate(media_type.lower(), accepted), media_type) for media_type in offered]
    quality, _, best = max(rated, key=lambda one: one[:2])  # the first of equal ones
    if quality <= 0:
        raise NotAcceptable(f"The response can be {' or '.join(offered)}.")
    return best


def rate(media_type: str, accepted: Iterable[tuple[str, float]]) -> tuple[float, int]:
    """Return the quality of a media type for a client, and how exactly the client names it."""
    ranges = ("*/*", f"{media_type.partition('/')[0]}/*", media_type)
    found = [(ranges.index(name), quality) for name, quality in accepted if name in ranges]
    exactness, quality = max(found, default=(0, 0.0))
    return quality, exactness


def reject_unacceptable(current: Request, offers: Iterable[Sequence[str]]) -> None:
    """Raise before the work of a view if the client accepts none of the media types of a response.

    :param offers: the media types of each response.
    """
    for offered in offers:
        choose_media_type(current, offered)


def find_negotiation(operation: Operation) -> tuple[Step, ...]:
    """Return the step that rejects unacceptable requests; none if there is nothing to choose."""
    offers = tuple(one.media_types for one in operation.outcomes if one.is_negotiated)
    if not offers:
        return ()
    reject = partial(reject_unacceptable, offers=offers)
    inputs = Inputs((("current", REQUEST),))
    return (Step("#accept", reject, reject, operation.name, inputs, yields=False),)
