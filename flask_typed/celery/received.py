"""The arguments of a task as a message has them.

In workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..exceptions import DataFault, DataInvalid
from ..extension import Typed
from ..plan.remote import RemoteCall
from ..schemas.faults import write_pointer


def load_sent(
    typed: Typed, task: str, remote: RemoteCall, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments in their types, by name.

    :param task: its name, for the message.
    :raises DataInvalid: with the faults of all of them.
    """
    names = (*remote.kinds, *map(str, range(len(remote.kinds), len(args))))
    data = {**dict(zip(names, args, strict=False)), **kwargs}
    faults = list(find_wrong_names(remote, data))
    given: dict[str, Any] = {}
    for name in (name for name in remote.kinds if name in data):
        try:
            given[name] = typed.load(remote.kinds[name], data[name])
        except DataInvalid as error:
            start = write_pointer((name,))
            faults += (fault._replace(pointer=start + fault.pointer) for fault in error.errors)
    if faults:
        raise DataInvalid(tuple(faults), f"the arguments of {task}")
    return given


def find_wrong_names(remote: RemoteCall, data: Mapping[str, Any]) -> Iterator[DataFault]:
    """Yield a fault for each argument that is missing, and for each that the task does not have."""
    for name in remote.required:
        if name not in data:
            yield DataFault(write_pointer((name,)), "required", "Missing data for required field.")
    for name in data:
        if name not in remote.kinds:
            yield DataFault(write_pointer((name,)), "unknown", "Unknown argument.")
