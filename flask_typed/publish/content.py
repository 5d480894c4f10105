"""What the documents of an app are made of.

Setup time makes the record; publishing time reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock

from flask import Flask

from ..plan.operation import Operation
from ..plan.problems import ProblemShapes
from ..security.schemes import Requirement
from .declared import Document


@dataclass(frozen=True, slots=True)
class Api:
    """The API of an app. A document shows all of it, or a part.

    :param operations: in the order of registration.
    :param default: the app's own security requirements.
    :param tags: the descriptions of tags by blueprints.
    :param webhooks: the requests that the server sends, by name.
    """

    app: Flask
    operations: Sequence[Operation]
    shapes: ProblemShapes
    default: Sequence[Requirement] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    webhooks: Mapping[str, Operation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """The documents of an app, and their content.

    :param get_api: returns the content as it is now.
    :param documents: complete declarations.
    :param lock: held while a document is made.
    """

    get_api: Callable[[], Api]
    documents: Sequence[Document]
    lock: RLock
