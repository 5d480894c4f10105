"""What a worker serves by: the configuration of gunicorn.

Runs once, before a worker serves.
"""

from __future__ import annotations

import os
from typing import Any

from .connections import Service, make_answer, make_create
from .gunicorns import VERSION, AsyncWorker, server
from .plain import HeadReader
from .rehearsing import find_difference, find_replacement
from .responses import Known
from .turns import Turns

#: How long a line of a head, and how many lines, are at most: as gunicorn's own defaults.
MAX_LINE_SIZE, MAX_FIELDS = 4094, 100

#: The values of settings that requests are plain under. A version may lack a setting.
PLAIN_SETTINGS: dict[str, set[Any]] = {
    "proxy_protocol": {False, "off"},
    "protocol": {"http"},
    "http2_cleartext": {"off"},
}


def make_service(worker: Any) -> Service:
    """Return what the connections of a worker share.

    If this gunicorn answers a plain request otherwise, that is logged, and it reads all requests.
    """
    cfg, create = worker.cfg, make_create(Known())
    if not can_be_plain(cfg) or overrides(type(worker)):
        return make_plainless_service(worker)
    difference = find_replacement() or find_difference(type(cfg)(), create)
    if difference is not None:
        worker.log.warning(CHANGED, VERSION, difference)
        return make_plainless_service(worker)
    if is_set(cfg, "pre_request"):  # it may change the request
        create = server.create
    return Service(worker, cfg.keepalive, Turns(), make_head_reader(cfg), make_answer(create))


def make_plainless_service(worker: Any) -> Service:
    """Return what the connections of a worker share, if gunicorn reads all requests."""
    return Service(worker, worker.cfg.keepalive, Turns(), None, AsyncWorker.handle_request)


#: Logged at the start of a worker.
CHANGED = (
    "gunicorn %s reads all requests itself, because it differs from what is known of it: %s. To be"
    " fast again, upgrade flask_typed, or remove what replaces a part of gunicorn."
)


def overrides(worker_class: Any) -> bool:
    """Return whether a subclass answers requests in a way of its own."""
    return bool(worker_class.handle_request.__module__ != __package__)


def can_be_plain(cfg: Any) -> bool:
    """Return whether requests can be plain under a configuration."""
    if cfg.is_ssl or os.environ.get("SCRIPT_NAME"):
        return False
    return all(
        getattr(cfg, name) in values
        for name, values in PLAIN_SETTINGS.items()
        if name in cfg.settings
    )


def make_head_reader(cfg: Any) -> HeadReader:
    """Return what reads plain requests."""
    limits = (cfg.limit_request_line, cfg.limit_request_field_size)
    size = min(limit if limit > 0 else MAX_LINE_SIZE for limit in limits)
    fields = cfg.limit_request_fields
    return HeadReader(
        {name.upper() for name in cfg.forwarder_headers},
        {name.upper() for name in cfg.secure_scheme_headers},
        (min(size, MAX_LINE_SIZE), fields if fields > 0 else MAX_FIELDS),
    )


def is_set(cfg: Any, name: str) -> bool:
    """Return whether a hook is not gunicorn's own."""
    return getattr(cfg, name) is not type(cfg.settings[name]).default
