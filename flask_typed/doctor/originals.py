"""What was taken from the standard library before gevent patched it, and blocks the hub."""

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

PATCH_FIRST = "or let gunicorn.conf.py begin with `from gevent import monkey; monkey.patch_all()`"
#: What keeps nobody: it does not wait, or it is written in Python and waits by what gevent has
#: put in its module.
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
#: Before Python 3.13, nobody is told that such a thread has ended.
if sys.version_info >= (3, 13):  # pragma: no cover: the environment of a Python that has it runs it
    HARMLESS |= {"threading.Thread", "threading.Timer"}
#: What no greenlet can wait for without keeping the hub.
BLOCKING = (
    type(find_original("_thread", "allocate_lock")()),
    find_original("queue", "SimpleQueue"),
)
#: The lock that lets in whoever is of its thread.
REENTRANT = type(find_original("_thread", "RLock")())
#: What waits by a lock of the module ``threading``, and where it has a lock of its own.
HOLDERS: tuple[tuple[type, str], ...] = (
    (find_original("threading", "Event"), "_cond"),
    (threading.Semaphore, "_cond"),
    (threading.Barrier, "_cond"),
    (find_original("queue", "Queue"), "mutex"),
)
#: All of them.
WAITED = (*BLOCKING, REENTRANT, threading.Condition, *(kind for kind, _ in HOLDERS))
BLOCKS = "a greenlet that waits for it keeps the hub, and if another greenlet holds it, for ever"
ADMITS = "it belongs to a thread, and lets in every greenlet while another one holds it"
BLOCKS_BRIEFLY = (
    "greenlets wait for it as they should, but a native thread that uses it may keep the hub for a"
    " moment"
)


def check_patch(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield what is said of the patch as a whole."""
    missing = [module for module in NEEDED if not is_patched(module)]
    if not HELPFUL.issuperset(missing):
        yield Finding(
            "not-patched",
            "warning",
            "gevent.monkey",
            f"gevent has not patched {', '.join(missing)}: whoever waits there, waits for all",
            "Call `gevent.monkey.patch_all()` before anything else is imported",
        )
    elif surroundings.patched_before is False:
        yield Finding(
            "preload",
            "warning",
            "--preload" if surroundings.preload else "gevent.monkey",
            "the app was made before gevent patched: it may hold locks, sockets and connections"
            " that keep the hub",
            f"Leave --preload (preload_app) out, {PATCH_FIRST}",
        )


def check_references(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the modules that hold what gevent has replaced since."""
    yield from find_stale(find_replaced(), find_foreign())


def find_replaced() -> dict[str, Any]:
    """Return what gevent has replaced, and is harmful since, by its names."""
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
    """Yield the modules that hold something that was replaced, or a class made from it.

    :param replaced: by its names.
    :param modules: what they hold, by their names.
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
    """Return what is said of a module that holds something that was replaced."""
    message = (
        f"it has {', '.join(names)} from before gevent patched: who waits there, waits for all"
    )
    if "ssl.SSLContext" in names:
        message += ", and contexts of TLS raise RecursionError"
    return Finding(
        "late-patch",
        "warning",
        module,
        message,
        "Import it after gevent has patched: not in gunicorn.conf.py, and without --preload;"
        f" {PATCH_FIRST}",
    )


def find_derived(replaced: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of what classes of the app and of libraries are made from, by identity."""
    names = {id(original): name for name, original in replaced.items()}
    originals = filter(is_real_class, replaced.values())
    kinds = {id(kind): kind for original in originals for kind in find_kinds(original)}
    return {
        key: names[id(base)]
        for key, kind in kinds.items()
        if is_foreign(class_module(kind))
        for base in reversed(find_bases(kind))  # the nearest counts
        if id(base) in names and not is_covered(kind, base)
    }


def is_covered(kind: type, original: type) -> bool:
    """Say whether a class comes by its original through the class of gevent's that replaces it."""
    bases = find_bases(kind)
    before = bases[: bases.index(original)]
    return any(is_gevents(class_module(base)) and original in find_bases(base) for base in before)


def is_borrowed(
    value: Any, module: str, attribute: str, modules: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Say whether a class is that of another module, which is told of it."""
    if not is_real_class(value) or class_module(value) == module:
        return False
    return modules.get(class_module(value), {}).get(class_name(value)) is value


def check_locks(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the locks, events and queues that were made before the patch."""
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
                    f"this {class_name(type(value))} was made before gevent patched: {message}",
                    "Make it after the patch, when it is first needed",
                )


def find_harm(value: Any) -> str | None:
    """Return what comes of something that was made before the patch, if it was."""
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
    """Yield what may hold a lock, after its module: modules, the app's own classes and objects."""
    for module, members in modules.items():
        yield module, module, members
    own = {*select_own(modules)}
    kinds = [kind for kind in find_kinds(object) if class_module(kind) in own]
    for kind in kinds:
        yield class_module(kind), f"{class_module(kind)}.{class_name(kind)}", find_members(kind)
    for thing in find_instances(*kinds):
        kind = type(thing)
        yield class_module(kind), f"{class_module(kind)}.{class_name(kind)}()", find_members(thing)


def check_threads(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the native threads that run code which gevent has patched since."""
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
                "this thread was started before gevent patched: what it shares with requests is"
                " guarded by no lock that both know",
                "Start it after the patch (it is a greenlet then), or in post_worker_init",
            )


def is_known_thread(frame: FrameType, asked: Asked) -> bool:
    """Say whether a thread is gevent's own, or one that is meant to be native."""
    modules = {module_of(inner) for inner in find_frames(frame)}
    return any(
        module.partition(".")[0] in ("gevent", "flask_typed") or asked.is_asking(module)
        for module in modules
    )


def module_of(frame: FrameType) -> str:
    """Return the name of a frame's module."""
    return str(frame.f_globals.get("__name__", "?"))


def check_pools(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the pools of threads, which are pools of greenlets, or worse."""
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
    """Return what is said of a pool of threads."""
    if any(map(find_harm, find_members(pool).values())):
        return Finding(
            "thread-pool",
            "warning",
            place,
            "this ThreadPoolExecutor was made before gevent patched: who waits for what it does"
            " keeps the hub, and perhaps for ever",
            "Make it after the patch, when it is first needed",
        )
    return Finding(
        "thread-pool",
        "notice",
        place,
        "under gevent the threads of a ThreadPoolExecutor are greenlets: what blocks there, blocks"
        " the hub",
        "For work that waits, it is right; give what computes or blocks to"
        " `gevent.get_hub().threadpool`",
    )


ORIGINAL_CHECKS: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (
    check_patch,
    check_references,
    check_locks,
    check_threads,
    check_pools,
)
