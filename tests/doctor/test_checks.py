"""Where an app runs, the parts of gunicorn, and the program that starts a worker."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask
from flask_typed.doctor import parts, trial, trying
from flask_typed.doctor.examining import examine
from flask_typed.doctor.modules import is_own_file
from flask_typed.doctor.surroundings import Surroundings
from flask_typed.libraries.gunicorn import find_config

from .planting import GEVENT, NOWHERE


@pytest.mark.parametrize(
    ("path", "is_own"),
    [
        pytest.param(__file__, True, id="app"),
        pytest.param(json.__file__, False, id="standard library"),
        pytest.param(pytest.__file__, False, id="library"),
        pytest.param(parts.__file__, False, id="ours"),
        pytest.param("<string>", False, id="none"),
    ],
)
def test_files_of_the_app(path: str, is_own: bool) -> None:
    """They are in no folder of libraries."""
    assert is_own_file(path) is is_own


def test_where_an_app_runs(patched: None) -> None:
    """gunicorn's word decides, or else what is patched."""
    assert GEVENT.is_gevent
    assert Surroundings(Flask("x"), "gunicorn.workers.ggevent.GeventWorker").is_gevent
    assert not Surroundings(Flask("x"), "gthread").is_gevent
    assert Surroundings(Flask("x"), "sync").is_sync
    assert NOWHERE.is_gevent
    assert Surroundings(Flask("x"), serves_in_greenlets=True).is_gevent
    assert not NOWHERE.is_sync


def test_without_gevent(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing that it could block, even if its server is imported."""
    monkeypatch.setitem(sys.modules, "gevent.pywsgi", sys)
    assert not NOWHERE.is_gevent
    assert examine(NOWHERE) == []
    monkeypatch.delitem(sys.modules, "gunicorn.app.base", raising=False)
    assert find_config() is None


def test_parts_of_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are gunicorn's alone."""
    monkeypatch.setattr(parts, "requires", lambda name: ["surely-missing; extra == 'gevent'"])
    assert [one.place for one in parts.check_parts(GEVENT)] == ["surely-missing"]
    assert list(parts.check_parts(NOWHERE)) == []


def test_parts_without_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are there if they can be imported."""
    monkeypatch.setattr(parts, "requires", lambda name: [])

    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(parts, "version", version)
    assert list(parts.check_parts()) == []


def test_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are those that gunicorn's metadata asks for."""
    assert list(parts.check_parts()) == []
    installed = {"packaging": "24", "gevent": "20.1"}

    def version(name: str) -> str:
        if name not in installed:
            raise PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(parts, "version", version)
    wanted = ["gevent>=24.10.1; extra == 'gevent'", "packaging; extra == 'gevent'", "tornado"]
    monkeypatch.setattr(parts, "requires", lambda name: wanted)
    (found,) = parts.check_parts()
    assert (found.place, found.message) == (
        "gevent",
        "gunicorn's gevent worker needs >=24.10.1, and 20.1 is installed",
    )
    del installed["packaging"]
    monkeypatch.setattr(parts, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    (first, *_) = parts.check_parts()
    assert (first.place, first.message) == (
        "packaging",
        "gunicorn's gevent worker needs it, and it is not installed",
    )

    def no_gunicorn(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(parts, "requires", no_gunicorn)
    assert [one.place for one in parts.check_parts()] == ["packaging", "gunicorn"]


def test_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It loads the app as gunicorn does, and writes down what is found in the worker."""
    (tmp_path / "planted_shop.py").write_text("from flask import Flask\napp = Flask('planted')\n")
    report = tmp_path / "report"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIAL_OF_FLASK_TYPED_APP", "planted_shop")
    monkeypatch.setenv("TRIAL_OF_FLASK_TYPED_BIND", "unix:socket")
    monkeypatch.setenv("TRIAL_OF_FLASK_TYPED_REPORT", str(report))
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(
        sys, "argv", ["gunicorn", "--check-config", "-w", "7", "--chdir", str(tmp_path)]
    )
    monkeypatch.setitem(trial.FIXED, "of_another_version", 1)
    server = trial.Trial("", prog="gunicorn")
    assert (server.cfg.workers, server.cfg.bind) == (1, ["unix:socket"])
    with pytest.raises(SystemExit) as ended:
        server.run()
    assert ended.value.code == 0
    server.cfg.post_worker_init(SimpleNamespace(cfg=server.cfg))
    assert report.read_text() == "[]"
    del sys.modules["planted_shop"]

    with pytest.raises(SystemExit) as ended:
        trial.main()
    assert ended.value.code == 0
    del sys.modules["planted_shop"]


def test_which_app_it_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument's, that of ``flask``, that of the configuration, or what ``flask`` finds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIAL_OF_FLASK_TYPED_BIND", "unix:socket")
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "named.py").write_text("wsgi_app = 'configured:app'")
    configured = ("-c", str(tmp_path / "named.py"))

    def find(of_flask: str, *arguments: str) -> str:
        monkeypatch.setenv("TRIAL_OF_FLASK_TYPED_APP", of_flask)
        monkeypatch.setattr(sys, "argv", ["gunicorn", *arguments])
        return str(trial.Trial("", prog="gunicorn").app_uri)

    assert find("shop", *configured, "named:app") == "named:app"
    assert find("shop", *configured) == trial.FLASKS
    assert find("", *configured) == "configured:app"
    assert find("") == trial.FLASKS


def test_an_app_inside_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found; what has none is an error."""
    app = Flask("inside")
    assert trying.find_app(app) is app
    assert isinstance(trying.find_app(lambda: app), Flask)
    monkeypatch.setattr(trying.gc, "get_objects", list)
    with pytest.raises(TypeError, match="does not serve a Flask app"):
        trying.find_app(len)


def test_what_is_not_ready_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while."""
    monkeypatch.setattr(trying, "TRIAL_TIMEOUT", 0.1)
    process = cast("subprocess.Popen[bytes]", SimpleNamespace(poll=lambda: None))
    trying.wait_for(tmp_path / "report", process)


def test_what_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while."""
    monkeypatch.setattr(trying, "TRIAL_TIMEOUT", 0.1)
    deaf = "import signal, time; signal.signal(signal.SIGQUIT, signal.SIG_IGN); print(); "
    command = [sys.executable, "-u", "-c", f"{deaf} time.sleep(1_000_000)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        trying.end(process)
        assert process.returncode == -signal.SIGKILL
