"""The media type of a response, chosen by the client among those that its annotation declares.

Registration time makes the conversions; requests choose one (RFC 9110, section 12.5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from flask import Request
from werkzeug.exceptions import NotAcceptable
from werkzeug.wrappers import Response

from ..plan.operation import REQUEST, Inputs, Operation, Outcome, Step
from ..schemas.formats import find_columns, find_format
from ..wire.msgpack import json_to_msgpack
from ..wire.tables import json_to_csv

#: Makes a body of its JSON text; ``None`` if it is JSON itself.
Conversion = Callable[[bytes], bytes] | None


def make_conversions(outcome: Outcome) -> Mapping[str, Conversion]:
    """Return the conversions of a body by its media types, the preferred one first."""
    return {name: find_conversion(outcome, name) for name in outcome.media_types}


def find_conversion(outcome: Outcome, media_type: str) -> Conversion:
    """Return the function from JSON to a media type."""
    kind = find_format(media_type)
    if kind == "csv" and outcome.field is not None:
        return partial(json_to_csv, columns=find_columns(outcome.field))
    return json_to_msgpack if kind == "msgpack" else None


def represent(response: Response, conversions: Mapping[str, Conversion], current: Request) -> None:
    """Write a response with a JSON body in the media type that its client prefers.

    :param conversions: by media type, the preferred one first.
    :raises werkzeug.exceptions.NotAcceptable: if the client accepts none.
    """
    offered = tuple(conversions)
    name = offered[0]
    if len(offered) > 1:
        name = choose_media_type(current, offered)
        response.vary.add("Accept")
    convert = conversions[name]
    if convert is not None:
        response.set_data(convert(response.get_data()))
    response.mimetype = name  # with a charset, for text


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
