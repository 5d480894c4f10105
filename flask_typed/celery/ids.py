"""Ids of tasks: the first digits of an id stand for the name of its task.

In views. A result backend keeps an id, a state and a result, but not the name of the task.
"""

from __future__ import annotations

import re
from hashlib import sha256

from celery.utils import uuid

#: The digits of an id that stand for the name of the task. The others are random.
TAG_LENGTH = 8
#: The digits after the tag, as in a UUID.
RANDOM = re.compile(r"(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def make_tag(name: str) -> str:
    """Return the digits that stand for a task."""
    return sha256(name.encode()).hexdigest()[:TAG_LENGTH]


def make_task_id(name: str) -> str:
    """Return a new id for a call of a task: a UUID."""
    return make_tag(name) + uuid()[TAG_LENGTH:]


def is_task_id(task_id: str, name: str) -> bool:
    """Return whether an id was made for a call of a task."""
    tag, random = task_id[:TAG_LENGTH], task_id[TAG_LENGTH:]
    return tag == make_tag(name) and RANDOM.fullmatch(random) is not None
