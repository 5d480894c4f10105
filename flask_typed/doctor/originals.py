"""Finds objects of the standard library from before gevent's patch, which block the hub.

Runs when a worker starts.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

from ..bridge.patching import find_original, is_patched
from ..libraries.gevent import find_saved
from .asked import Asked
from .findings import Finding
from .modules import find_foreign, is_foreign, is_gevents, select_own
from .still import (
    class_module,
    class_name,
    find_bases,
    find_instances,
    find_kinds,
    find_members,
    is_real_class,
)
from .surroundings import HELPFUL, NEEDED, Surroundings, find_frames

PATCH_FIRST = "or begin gunicorn.conf.py with `from gevent import monkey; monkey.patch_all()`"
#: Originals that do not block: they do not wait, or they are written in Python and wait with the
#: functions that gevent has put into their module.
HARMLESS = frozenset({
    "os.close",
    "_thread.LockType",
    "_thread.exit",
    "_thread.get_ident",
    "_thread.stack_size",
    "threading.Event",
    "threading.get_ident",
    "queue.LifoQueue",
    "queue.PriorityQueue",
    "queue.Queue",
    "signal.getsignal",
    "signal.set_wakeup_fd",
    "signal.signal",
    "socket.create_connection",
    "socket.fromfd",
    "socket.getfqdn",
    "socket.socketpair",
    "subprocess.CompletedProcess",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.run",
})  # fmt: skip
#: Before Python 3.13, no waiter is woken when such a thread ends.
if sys.version_info >= (3, 13):  # pragma: no cover: the environment of a Python that has it runs it
    HARMLESS |= {"threading.Thread", "threading.Timer"}
#: Types whose waits block the hub.
BLOCKING = (
    type(find_original("_thread", "allocate_lock")()),
    find_original("queue", "SimpleQueue"),
)
#: The lock that its own thread may acquire again.
REENTRANT = type(find_original("_thread", "RLock")())
#: Types that wait with a lock of ``threading``, and the attribute of their own lock.
HOLDERS: tuple[tuple[type, str], ...] = (
    (find_original("threading", "Event"), "_cond"),
    (threading.Semaphore, "_cond"),
    (threading.Barrier, "_cond"),
    (find_original("queue", "Queue"), "mutex"),
)
#: All types that wait.
WAITED = (*BLOCKING, REENTRANT, threading.Condition, *(kind for kind, _ in HOLDERS))
BLOCKS = "a greenlet that waits for it blocks the hub, for ever if another greenlet holds it"
ADMITS = "it belongs to a thread, so every greenlet may enter while another one holds it"
BLOCKS_BRIEFLY = (
    "greenlets wait for it correctly, but a native thread that uses it may block the hub for a"
    " moment"
)


def check_patch(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield a finding if the patch is missing, incomplete or too late."""
    missing = [module for module in NEEDED if not is_patched(module)]
    if not HELPFUL.issuperset(missing):
        yield Finding(
            "not-patched",
            "warning",
            "gevent.monkey",
            f"gevent has not patched {', '.join(missing)}: a wait there blocks all requests",
            "Call `gevent.monkey.patch_all()` before anything else is imported",
        )
    elif surroundings.patched_before is False:
        yield Finding(
            "preload",
            "warning",
            "--preload" if surroundings.preload else "gevent.monkey",
            "the app was created before the patch: it may hold locks, sockets and connections that"
            " block the hub",
            f"Run without --preload (preload_app), {PATCH_FIRST}",
        )


def check_references(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the modules that have originals of objects that gevent has replaced."""
    yield from find_stale(find_replaced(), find_foreign())


def find_replaced() -> dict[str, Any]:
    """Return the harmful originals of objects that gevent has replaced, by name."""
    found: dict[str, Any] = {}
    for module, originals in find_saved().items():
        now = find_members(sys.modules.get(module))
        for attribute, original in originals.items():
            name = f"{module}.{attribute}"
            is_public = not attribute.startswith("_") and name not in HARMLESS
            if is_public and callable(original) and now.get(attribute) is not original:
                found[name] = original
    return found


def find_stale(
    replaced: Mapping[str, Any], modules: Mapping[str, Mapping[str, Any]]
) -> Iterator[Finding]:
    """Yield the modules that have an original, or a class that inherits from one.

    :param replaced: the originals, by name.
    :param modules: the variables of modules, by module name.
    """
    known = {**find_derived(replaced), **{id(value): name for name, value in replaced.items()}}
    asked = Asked(modules)
    for module, members in modules.items():
        stale = {
            known[id(value)]
            for attribute, value in dict(members).items()
            if id(value) in known
            and not is_borrowed(value, module, attribute, modules)
            and not asked.has(module, attribute)
        }
        if stale:
            yield describe_stale(module, sorted(stale))


def describe_stale(module: str, names: list[str]) -> Finding:
    """Return the finding for a module that has originals."""
    message = f"it has {', '.join(names)} from before the patch: a wait there blocks all requests"
    if "ssl.SSLContext" in names:
        message += ", and TLS contexts raise RecursionError"
    return Finding(
        "late-patch",
        "warning",
        module,
        message,
        f"Import it after the patch: not in gunicorn.conf.py, and without --preload; {PATCH_FIRST}",
    )


def find_derived(replaced: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of the originals that classes inherit from, by the identity of the class."""
    names = {id(original): name for name, original in replaced.items()}
    originals = filter(is_real_class, replaced.values())
    kinds = {id(kind): kind for original in originals for kind in find_kinds(original)}
    return {
        key: names[id(base)]
        for key, kind in kinds.items()
        if is_foreign(class_module(kind))
        for base in reversed(find_bases(kind))  # the nearest base wins
        if id(base) in names and not is_covered(kind, base)
    }


def is_covered(kind: type, original: type) -> bool:
    """Return whether a class inherits an original through gevent's replacement for it."""
    bases = find_bases(kind)
    before = bases[: bases.index(original)]
    return any(is_gevents(class_module(base)) and original in find_bases(base) for base in before)


def is_borrowed(
    value: Any, module: str, attribute: str, modules: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Return whether a class is defined in another module, which gets the finding."""
    if not is_real_class(value) or class_module(value) == module:
        return False
    return modules.get(class_module(value), {}).get(class_name(value)) is value


def check_locks(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the locks, events and queues that were created before the patch."""
    modules = find_foreign()
    asked = Asked(modules)
    kinds = {id(kind) for waited in WAITED for kind in find_kinds(waited)}
    for module, holder, members in find_holders(modules):
        for name, value in dict(members).items():
            message = find_harm(value) if id(type(value)) in kinds else None
            if message is not None and not asked.has(module, name):
                yield Finding(
                    "native-lock",
                    "notice" if message is BLOCKS_BRIEFLY else "warning",
                    f"{holder}.{name}",
                    f"this {class_name(type(value))} was created before the patch: {message}",
                    "Create it after the patch, when it is first needed",
                )


def find_harm(value: Any) -> str | None:
    """Return the harm of a lock or similar object; ``None`` if it waits as greenlets do."""
    kind = type(value)
    if issubclass(kind, BLOCKING):
        return BLOCKS
    if issubclass(kind, REENTRANT):
        return ADMITS
    if issubclass(kind, threading.Condition):
        return find_harm(find_members(value).get("_lock"))
    for holder, attribute in HOLDERS:
        if issubclass(kind, holder):
            return BLOCKS_BRIEFLY if find_harm(find_members(value).get(attribute)) else None
    return None


def find_holders(
    modules: Mapping[str, Mapping[str, Any]],
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield modules, and the app's own classes and objects, which may hold a lock.

    Each is a module name, a name for messages, and the attributes.
    """
    for module, members in modules.items():
        yield module, module, members
    own = {*select_own(modules)}
    kinds = [kind for kind in find_kinds(object) if class_module(kind) in own]
    for kind in kinds:
        yield class_module(kind), f"{class_module(kind)}.{class_name(kind)}", find_members(kind)
    for instance in find_instances(*kinds):
        kind = type(instance)
        yield (
            class_module(kind),
            f"{class_module(kind)}.{class_name(kind)}()",
            find_members(instance),
        )


def check_threads(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the native threads that were started before the patch."""
    here = find_original("_thread", "get_ident")()
    asked = Asked(find_foreign())
    for ident, frame in sys._current_frames().items():
        if ident != here and not is_known_thread(frame, asked):
            *_, outer = find_frames(frame)
            place = next(
                (inner for inner in find_frames(frame) if is_foreign(module_of(inner))), outer
            )
            yield Finding(
                "native-thread",
                "warning",
                f"{module_of(place)}.{place.f_code.co_name}, line {place.f_lineno}",
                "this thread was started before the patch: no lock protects the data that it shares"
                " with requests",
                "Start it after the patch (it is a greenlet then), or in post_worker_init",
            )


def is_known_thread(frame: FrameType, asked: Asked) -> bool:
    """Return whether a thread belongs to gevent, or is meant to be native."""
    modules = {module_of(inner) for inner in find_frames(frame)}
    return any(
        module.partition(".")[0] in ("gevent", "flask_typed") or asked.is_asking(module)
        for module in modules
    )


def module_of(frame: FrameType) -> str:
    """Return the name of a frame's module."""
    return str(frame.f_globals.get("__name__", "?"))


def check_pools(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the thread pools: their threads are greenlets, or were created before the patch."""
    pools = {
        id(kind)
        for kind in find_kinds(ThreadPoolExecutor)
        if not is_covered(kind, ThreadPoolExecutor)
    }
    for module, members in find_foreign().items():
        for name, value in dict(members).items():
            if id(type(value)) in pools:
                yield describe_pool(f"{module}.{name}", value)


def describe_pool(place: str, pool: ThreadPoolExecutor) -> Finding:
    """Return the finding for a thread pool."""
    if any(map(find_harm, find_members(pool).values())):
        return Finding(
            "thread-pool",
            "warning",
            place,
            "this ThreadPoolExecutor was created before the patch: waiting for its results blocks"
            " the hub, perhaps for ever",
            "Create it after the patch, when it is first needed",
        )
    return Finding(
        "thread-pool",
        "notice",
        place,
        "under gevent, the threads of a ThreadPoolExecutor are greenlets: code that blocks in them"
        " blocks the hub",
        "Keep it for work that waits; run work that computes or blocks in"
        " `gevent.get_hub().threadpool`",
    )


ORIGINAL_CHECKS: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (
    check_patch,
    check_references,
    check_locks,
    check_threads,
    check_pools,
)
