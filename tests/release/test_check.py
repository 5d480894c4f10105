"""The release check runs its steps in order, and stops at the first that fails."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from . import check, program
from .test_archives import SOURCE, TRACKED, WHEEL, write_source_archive, write_wheel


class Machine:
    """Stands in for the programs that the check runs, and records them.

    :ivar installed: the versions of Python that are installed.
    :ivar wheel: the files of the wheel that is built.
    """

    def __init__(self) -> None:
        self.installed = ["3.9", "3.10", "3.11", "3.13"]
        self.wheel = WHEEL
        self.steps: list[str] = []

    def run(self, command: Sequence[Any], **_: Any) -> CompletedProcess[str]:
        """Run a command as :func:`subprocess.run` does."""
        words = [str(word) for word in command]
        if "find" in words:
            return CompletedProcess(words, int(words[-1] not in self.installed), "", "")
        self.steps.append(" ".join(Path(word).name for word in words if not word.startswith("-")))
        if "build" in words:
            write_wheel(Path(words[-1], "demo.whl"), self.wheel)
            write_source_archive(Path(words[-1], "demo.tar.gz"), SOURCE)
        return CompletedProcess(words, 0, "\0".join(TRACKED) + "\0", "")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Replace the programs of the machine, and the checkout by a small one."""
    for name, content in TRACKED.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    machine = Machine()
    monkeypatch.setattr(subprocess, "run", machine.run)
    monkeypatch.setattr(check, "ROOT", tmp_path)
    return machine


def test_steps(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    """The archives are built and checked, then installed on the oldest and the newest Python."""
    assert check.main() == 0
    assert [re.sub(r"^python[\d.]*", "python", step) for step in machine.steps[1:]] == [
        "python twine check demo.whl demo.tar.gz",
        "git ls-files",
        "uv venv 3.10 3.10",
        "uv pip install python demo.whl",
        "python program.py",
        "flask program.py typed routes",
        "uv venv 3.13 3.13",
        "uv pip install python demo.whl",
        "python program.py",
        "flask program.py typed routes",
    ]
    assert capsys.readouterr().out == "demo.whl and demo.tar.gz: installed on 3.10, 3.13\n"


def test_faults_stop_the_check(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    """An incomplete wheel is reported, and not installed."""
    machine.wheel = {"flask_typed/__init__.py": WHEEL["flask_typed/__init__.py"]}
    assert check.main() == 1
    assert capsys.readouterr().out == "demo.whl: flask_typed/py.typed is missing\n"
    assert machine.steps[-1] == "git ls-files"


def test_one_python(machine: Machine) -> None:
    """If one Python is installed, it is used once."""
    machine.installed = ["3.12"]
    assert check.find_pythons() == ["3.12"]


def test_a_failing_command_fails_the_check() -> None:
    """A command that fails raises an error."""
    with pytest.raises(subprocess.CalledProcessError, match="returned non-zero exit status 3"):
        check.run(sys.executable, "-c", "raise SystemExit(3)")


def test_the_program() -> None:
    """The program that is run against the wheel passes against the tested package."""
    program.check()
