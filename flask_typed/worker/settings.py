"""What a worker serves by: the configuration of gunicorn.

Runs once, before a worker serves.
"""

from __future__ import annotations

import os
from typing import Any

from gunicorn.http import wsgi

from .connections import Service, make_answer, make_create
from .plain import Reader
from .responses import Known
from .turns import Turns

#: How long a line of a head, and how many lines, are at most: as gunicorn's own defaults.
LINE_SIZE, FIELDS = 4094, 100

#: Settings under which gunicorn reads all requests, with the values that they then do not have.
PLAIN_SETTINGS = {
    "is_ssl": {False},
    "proxy_protocol": {False, "off"},
    "protocol": {"http"},
    "http2_cleartext": {"off"},
}


def make_service(worker: Any) -> Service:
    """Return what the connections of a worker share."""
    cfg = worker.cfg
    create = wsgi.create if is_set(cfg, "pre_request") else make_create(Known())
    reader = make_reader(cfg) if can_be_plain(cfg) else None
    return Service(worker, cfg.keepalive, Turns(), reader, make_answer(create))


def can_be_plain(cfg: Any) -> bool:
    """Return whether requests can be plain under a configuration."""
    return not os.environ.get("SCRIPT_NAME") and all(
        getattr(cfg, name, next(iter(values))) in values for name, values in PLAIN_SETTINGS.items()
    )


def make_reader(cfg: Any) -> Reader:
    """Return what reads plain requests."""
    others = {*cfg.secure_scheme_headers, *cfg.forwarder_headers}
    limits = (cfg.limit_request_line, cfg.limit_request_field_size)
    size = min(limit if limit > 0 else LINE_SIZE for limit in limits)
    fields = cfg.limit_request_fields
    return Reader({name.upper() for name in others}, min(size, LINE_SIZE), fields if fields > 0 else FIELDS)


def is_set(cfg: Any, name: str) -> bool:
    """Return whether a hook is not gunicorn's own."""
    return getattr(cfg, name) is not type(cfg.settings[name]).default
