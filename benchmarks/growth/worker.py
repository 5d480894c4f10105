"""One measurement in a process of its own, which prints a line of JSON.

``import FRAMEWORK``, ``register FRAMEWORK ROUTES MODELS`` or ``request FRAMEWORK KIND NUMBER``.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "peers"))


def read_memory() -> float:
    """Return the memory that the process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_import(framework: str) -> dict[str, float]:
    """Return the seconds of CPU time that an import takes."""
    from apps import FRAMEWORKS  # noqa: PLC0415

    start = time.process_time()
    importlib.import_module(FRAMEWORKS[framework][2])
    return {"import": time.process_time() - start}


def measure_registration(framework: str, routes: int, models: int) -> dict[str, float]:
    """Return seconds of CPU time, MB of memory, and what the document takes."""
    from apps import BODY, FRAMEWORKS  # noqa: PLC0415
    from calling import make_asgi_caller, make_wsgi_caller  # noqa: PLC0415
    from works import Work  # noqa: PLC0415

    make, is_asgi, module, path = FRAMEWORKS[framework]
    importlib.import_module(module)
    make(1, 1)  # what is imported late is imported
    gc.collect()
    memory, start = read_memory(), time.process_time()
    app = make(routes, models)
    taken = time.process_time() - start
    gc.collect()
    grown = read_memory() - memory
    call = (make_asgi_caller if is_asgi else make_wsgi_caller)(app)
    body = json.dumps(BODY).encode()
    last = Work("last", "", "POST", f"/things{routes - 1}/7", "page=2", body, None, 1)
    if (found := call(last, 1)[0]) not in (200, 201):
        raise SystemExit(f"{framework} answers the last route with {found}.")
    document = Work("document", "", "GET", path, "", b"", None, 1)
    start = time.process_time()
    status, text = call(document, 1)
    first = time.process_time() - start
    start = time.process_time()
    call(document, 5)
    later = (time.process_time() - start) / 5
    if status != 200:
        raise SystemExit(f"{framework} answers {path} with {status}.")
    return {
        "registration": taken,
        "memory": grown,
        "first": first,
        "later": later,
        "size": len(text) / 1000,
    }


def measure_request(framework: str, kind: str, number: int) -> dict[str, float]:
    """Return the seconds of CPU time that a request takes."""
    from apps import BODY, FRAMEWORKS, make_chain, make_list, make_parameters  # noqa: PLC0415
    from calling import make_asgi_caller, make_wsgi_caller  # noqa: PLC0415
    from works import Work  # noqa: PLC0415

    count = 300
    path, query, things = "/", "", b""
    app: Any
    if kind == "routes":
        app = FRAMEWORKS[framework][0](number, min(number, 300))
        path, query, things = f"/things{number - 1}/7", "page=2", json.dumps(BODY).encode()
    elif kind == "parameters":
        app = make_parameters(framework, number)
        query = "&".join(f"p{index}={index}" for index in range(number))
    elif kind == "dependencies":
        app = make_chain(framework, number)
    else:
        app = make_list(framework)
        things = json.dumps([BODY] * number).encode()
        count = max(300 // number, 3)
    method = "POST" if things else "GET"
    work = Work(kind, "", method, path, query, things, None, count)
    call = (make_asgi_caller if FRAMEWORKS[framework][1] else make_wsgi_caller)(app)
    status, _ = call(work, max(count // 10, 2))
    if status not in (200, 201):
        raise SystemExit(f"{framework} answers {kind} {number} with {status}.")
    gc.collect()
    gc.freeze()
    start = time.process_time()
    call(work, count)
    return {"request": (time.process_time() - start) / count}


if __name__ == "__main__":
    what, framework, *more = sys.argv[1:]
    if what == "import":
        print(json.dumps(measure_import(framework)))
    elif what == "register":
        print(json.dumps(measure_registration(framework, int(more[0]), int(more[1]))))
    else:
        print(json.dumps(measure_request(framework, more[0], int(more[1]))))
