"""When the package imports its parts, and the libraries that they need."""

from __future__ import annotations

import json
import subprocess
import sys

#: What an app and its requests need.
APP = """
from typing import Annotated
from flask import Flask
from flask_typed import Body
app = Flask("shop")
app.config["TESTING"] = False
typed = Typed(app)
@typed.post("/<int:number>")
def add(number: int, sizes: Annotated[list[float], Body()], page: int = 1) -> dict[str, float]:
    return {"sum": sum(sizes)}
@typed.get("/")
async def wait() -> str:
    return "done"
client = app.test_client()
"""
REQUESTS = """
assert client.post("/1?page=2", json=[1.5]).get_json() == {"sum": 1.5}
assert client.post("/1?page=x", json=["a"]).status_code == 422
assert client.post("/1", data="{").status_code == 415
assert client.post("/1", data="{", content_type="application/json").status_code == 400
assert client.get("/").get_json() == "done"
"""


def find_imported(*programs: str) -> list[set[str]]:
    """Return the modules that are imported after each of several programs in one process."""
    note = "\nprint(json.dumps(sorted(sys.modules)))\n"
    text = "import json, sys\nfrom flask_typed import Typed\n" + note.join((*programs, ""))
    command = [sys.executable, "-c", text]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [set(json.loads(line)) for line in done.stdout.splitlines()]


def find_parts(modules: set[str]) -> set[str]:
    """Return the parts of the package that are imported: its modules and folders."""
    return {name.split(".")[1] for name in modules if name.startswith("flask_typed.")}


def test_what_the_names_import() -> None:
    """What declarations need, and none of what registers, serves and publishes routes."""
    (imported,) = find_imported("")
    kept = "api blueprint declare exceptions extension libraries messages publish resources"
    assert find_parts(imported) == {*kept.split(), "schemas", "security", "wire"}
    assert "flask_typed.publish.declared" in imported
    assert "flask_typed.schemas.factory" not in imported
    assert "sqlalchemy" not in imported
    foreign = {"apispec", "asyncio", "gevent", "jsonschema", "msgspec", "pydantic", "yaml"}
    assert imported & foreign <= {"msgspec"}


def test_requests_import_nothing() -> None:
    """All is imported when the app is made: a late import would stop other greenlets."""
    made, served = find_imported(APP, REQUESTS)
    assert {name for name in served - made if name.startswith("flask_typed")} == set()
    assert not made & {"apispec", "yaml", "flask_typed.publish.document", "flask_typed.cli"}
    assert not find_parts(made) & {"cli", "worker"}


def test_a_document_imports_its_makers() -> None:
    """The first one; apispec is imported then."""
    asked = 'assert client.get("/openapi.json").status_code == 200'
    made, published = find_imported(APP, asked)
    assert "apispec" in published - made
    assert "yaml" not in published


def test_gevent_imports_the_makers_with_the_app() -> None:
    """No request waits for the import of another."""
    patch = "from gevent import monkey; monkey.patch_all()"
    _, made = find_imported(patch, APP)
    assert {"apispec", "yaml", "flask_typed.publish.document"} <= made
    assert "jsonschema" not in made


def test_gevent_imports_the_check_of_responses_with_the_app() -> None:
    """If it looks at some of the responses in production."""
    patch = "from gevent import monkey; monkey.patch_all()"
    sampled = APP.replace('"TESTING"] = False', '"TYPED_CHECK_SAMPLE"] = 0.5')
    assert sampled != APP
    _, made = find_imported(patch, sampled)
    assert {"jsonschema", "flask_typed.contract.documented"} <= made
