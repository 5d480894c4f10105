"""One measurement of a start in a process of its own, which prints a line of JSON.

``import FRAMEWORK``, ``app FRAMEWORK ROUTES`` or ``hub ROUTES``.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

for folder in ("growth", "peers"):
    sys.path.append(str(Path(__file__).resolve().parents[1] / folder))


def read_memory() -> float:
    """Return the memory that only this process holds, in MB."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    sizes = dict(line.split(":") for line in lines[1:])
    return sum(int(sizes[key].split()[0]) for key in ("Private_Clean", "Private_Dirty")) / 1000


def measure_import(framework: str) -> dict[str, float]:
    """Return the seconds of CPU time from the start of Python to the end of the import."""
    from apps import FRAMEWORKS  # noqa: PLC0415

    module = importlib.import_module(FRAMEWORKS[framework][2])
    if framework == "flask_typed":
        module.Typed  # noqa: B018  # the package imports a name when it is asked for
    return {"import": time.process_time()}


def measure_app(framework: str, routes: int) -> dict[str, float]:
    """Return the seconds from the start of Python to the first response, and the memory then.

    The first document of this app is made by the way.
    """
    from apps import BODY, FRAMEWORKS  # noqa: PLC0415
    from calling import make_asgi_caller, make_wsgi_caller  # noqa: PLC0415
    from works import Work  # noqa: PLC0415

    make, is_asgi, _, path = FRAMEWORKS[framework]
    app = make(routes, min(routes, 300))
    call = (make_asgi_caller if is_asgi else make_wsgi_caller)(app)
    body = json.dumps(BODY).encode()
    call(Work("first", "", "POST", "/things0/7", "page=2", body, None, 1), 1)
    ready = time.process_time()
    gc.collect()
    memory = read_memory()
    start = time.process_time()
    call(Work("document", "", "GET", path, "", b"", None, 1), 1)
    return {"ready": ready, "memory": memory, "document": time.process_time() - start}


def measure_hub(routes: int) -> dict[str, float]:
    """Return the longest time in which no other greenlet ran while the document was made."""
    from gevent import monkey  # noqa: PLC0415

    monkey.patch_all()
    import gevent  # noqa: PLC0415
    from apps import FRAMEWORKS  # noqa: PLC0415

    app: Any = FRAMEWORKS["flask_typed"][0](routes, min(routes, 300))
    app.test_client().get("/nothing")
    gc.collect()
    stops: list[float] = []

    def look() -> None:
        before = time.thread_time()
        while True:
            gevent.sleep(0)
            stops.append(time.thread_time() - before)
            before = time.thread_time()

    gevent.spawn(look)
    gevent.sleep(0)
    gevent.spawn(app.test_client().get, "/openapi.json").join()
    return {"stop": max(stops)}


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "import":
        print(json.dumps(measure_import(*arguments)))
    elif what == "app":
        print(json.dumps(measure_app(arguments[0], int(arguments[1]))))
    else:
        print(json.dumps(measure_hub(int(arguments[0]))))
