"""What was taken from the standard library before gevent patched it, and blocks the hub."""

from __future__ import annotations

import _thread
import gc
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import FrameType, ModuleType
from typing import Any

from ..bridge.patching import find_original, is_patched
from .findings import Finding
from .modules import find_foreign, find_own, home_of, is_foreign
from .surroundings import NEEDED, Surroundings, find_frames

PATCH_FIRST = "or let gunicorn.conf.py begin with `from gevent import monkey; monkey.patch_all()`"
#: What no greenlet waits for.
HARMLESS = frozenset({"get_ident", "current_thread", "CompletedProcess", "exit", "stack_size"})
#: The types of a lock that no greenlet can wait for without keeping the hub.
NATIVE_LOCKS = (
    type(find_original("_thread", "allocate_lock")()),
    type(find_original("_thread", "RLock")()),
)
#: What holds such locks when it was made before the patch.
HOLDERS = (
    threading.Condition,
    threading.Semaphore,
    find_original("threading", "Event"),
    find_original("queue", "Queue"),
)


def check_patch(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield what is said of the patch as a whole."""
    missing = [module for module in NEEDED if not is_patched(module)]
    if missing:
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


def find_replaced() -> dict[int, str]:
    """Return the names of what gevent has replaced, by identity."""
    monkey = sys.modules.get("gevent.monkey")
    saved: Mapping[str, Mapping[str, Any]] = getattr(monkey, "saved", {})
    found: dict[int, str] = {}
    for name, originals in saved.items():
        now = vars(sys.modules.get(name, _thread))
        for attribute, original in originals.items():
            if (
                not attribute.startswith("_")
                and attribute not in HARMLESS
                and callable(original)
                and now.get(attribute) is not original
            ):
                found[id(original)] = f"{name}.{attribute}"
    return found


def find_stale(replaced: Mapping[int, str], modules: Iterable[ModuleType]) -> Iterator[Finding]:
    """Yield the modules that hold something that was replaced, or a class made from it.

    :param replaced: names by identity.
    """
    for module in modules:
        stale = {
            attribute: replaced.get(id(value)) or find_base(value, replaced)
            for attribute, value in list(vars(module).items())
        }
        names = sorted({name for name in stale.values() if name})
        if not names:
            continue
        what = (
            f"it has {', '.join(names)} from before gevent patched: who waits there, waits for all"
        )
        if "ssl.SSLContext" in names:
            what += ", and contexts of TLS raise RecursionError"
        yield Finding(
            "late-patch",
            "warning",
            module.__name__,
            what,
            "Import it after gevent has patched: not in gunicorn.conf.py, and without --preload;"
            f" {PATCH_FIRST}",
        )


def find_base(value: Any, replaced: Mapping[int, str]) -> str | None:
    """Return the name of what was replaced, and a class is made from."""
    if not issubclass(type(value), type) or not is_foreign(home_of(value)):
        return None
    return next((replaced[id(base)] for base in value.__mro__ if id(base) in replaced), None)


def check_locks(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the locks, events and queues that were made before the patch."""
    for holder, members in find_members():
        for name, value in list(members.items()):
            if is_native(value):
                yield Finding(
                    "native-lock",
                    "warning",
                    f"{holder}.{name}",
                    f"this {type(value).__name__} was made before gevent patched: a greenlet that"
                    " waits for it keeps the hub, and if another greenlet holds it, for ever",
                    "Make it after the patch, when it is first needed",
                )


def find_members() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what may hold a lock: modules, and the app's own classes and objects."""
    for module in find_foreign():
        yield module.__name__, vars(module)
    own = {module.__name__ for module in find_own()}
    for thing in gc.get_objects():
        kind = type(thing)
        if issubclass(kind, type):
            if home_of(thing) in own:
                yield f"{home_of(thing)}.{thing.__qualname__}", vars(thing)
        elif home_of(kind) in own:
            yield f"{home_of(kind)}.{kind.__qualname__}()", getattr(thing, "__dict__", {})


def is_native(value: Any) -> bool:
    """Say whether to wait for something is to keep the hub."""
    kind = type(value)
    if issubclass(kind, NATIVE_LOCKS):
        return True
    return issubclass(kind, HOLDERS) and any(
        map(is_native, getattr(value, "__dict__", {}).values())
    )


def check_threads(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the native threads that run code which gevent has patched since."""
    here = find_original("_thread", "get_ident")()
    for ident, frame in sys._current_frames().items():
        if ident != here and not is_known_thread(frame):
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


def is_known_thread(frame: FrameType) -> bool:
    """Say whether a thread is gevent's own, or one that is meant to be native."""
    return any(
        module_of(inner).partition(".")[0] in ("gevent", "flask_typed")
        for inner in find_frames(frame)
    )


def module_of(frame: FrameType) -> str:
    """Return the name of a frame's module."""
    return str(frame.f_globals.get("__name__", "?"))


def check_pools(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield the pools of threads, which are pools of greenlets, or worse."""
    for module in find_foreign():
        for name, value in list(vars(module).items()):
            if issubclass(type(value), ThreadPoolExecutor):
                yield tell_pool(f"{module.__name__}.{name}", value)


def tell_pool(place: str, pool: ThreadPoolExecutor) -> Finding:
    """Return what is said of a pool of threads."""
    if any(map(is_native, vars(pool).values())):
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


CHECKS: tuple[Callable[[Surroundings], Iterator[Finding]], ...] = (
    check_patch,
    check_references,
    check_locks,
    check_threads,
    check_pools,
)
