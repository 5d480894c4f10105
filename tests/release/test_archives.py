"""The archives of a release are compared with the tracked files."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from .archives import find_faults

SETUP = b"""[metadata]
classifiers =
    Programming Language :: Python :: 3
    Programming Language :: Python :: 3.10
    Programming Language :: Python :: 3.11
    Programming Language :: Python :: 3.12
    Programming Language :: Python :: 3.13
"""
TRACKED = {
    "flask_typed/__init__.py": b"names = []\n",
    "flask_typed/py.typed": b"",
    "setup.cfg": SETUP,
    "tox.ini": b"[tox]\n",
    ".github/dependabot.yml": b"version: 2\n",
}
WHEEL = {
    "flask_typed/__init__.py": b"names = []\n",
    "flask_typed/py.typed": b"",
    "demo-0.1.dist-info/METADATA": b"Name: demo\n",
}
SOURCE = {
    "flask_typed/__init__.py": b"names = []\n",
    "flask_typed/py.typed": b"",
    "setup.cfg": SETUP + b"\n[egg_info]\n",
    "tox.ini": b"[tox]\n",
    "PKG-INFO": b"Name: demo\n",
    "demo.egg-info/PKG-INFO": b"Name: demo\n",
}


def write_wheel(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write a wheel."""
    with ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return path


def write_source_archive(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write a source archive, with its top folder."""
    with tarfile.open(path, "w:gz") as archive:
        folder = tarfile.TarInfo("demo-0.1")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files.items():
            member = tarfile.TarInfo(f"demo-0.1/{name}")
            member.size = len(content)
            archive.addfile(member, BytesIO(content))
    return path


def find(folder: Path, wheel: Mapping[str, bytes], source: Mapping[str, bytes]) -> list[str]:
    """Return the faults of two archives with some files."""
    return find_faults(
        write_wheel(folder / "demo.whl", wheel),
        write_source_archive(folder / "demo.tar.gz", source),
        TRACKED,
    )


def test_complete_archives(tmp_path: Path) -> None:
    """Generated metadata, a rewritten setup.cfg and files of the repository are no faults."""
    assert find(tmp_path, WHEEL, SOURCE) == []


def test_missing_package_data(tmp_path: Path) -> None:
    """A tracked file of the package that the wheel lacks is a fault."""
    wheel = {name: WHEEL[name] for name in WHEEL if name != "flask_typed/py.typed"}
    assert find(tmp_path, wheel, SOURCE) == ["demo.whl: flask_typed/py.typed is missing"]


@pytest.mark.parametrize("name", ["flask_typed/left_over.py", "build/lib.py"])
def test_untracked_file(tmp_path: Path, name: str) -> None:
    """A file of an archive that git does not track is a fault."""
    faults = find(tmp_path, {**WHEEL, name: b""}, SOURCE)
    assert faults == [f"demo.whl: {name} is not tracked by git"]


def test_other_contents(tmp_path: Path) -> None:
    """A file with other contents than the tracked one is a fault."""
    faults = find(tmp_path, WHEEL, {**SOURCE, "tox.ini": b"[tox]\nrequires = tox\n"})
    assert faults == ["demo.tar.gz: tox.ini differs from the tracked file"]
