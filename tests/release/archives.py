"""Compares the archives of a release with the files that git tracks."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZipFile

PACKAGE = "flask_typed/"
#: Tracked files that no archive has: they belong to the repository and its hosting.
REPOSITORY_ONLY = (".ci/", ".github/", ".gitignore", ".pre-commit-config.yaml", "findings/")
#: Files that the build adds: metadata, in the wheel and at the top of the source archive.
GENERATED = re.compile(r"[^/]+\.(?:dist-info|egg-info)/.*|PKG-INFO")
#: The build writes this file anew, with the same options.
REWRITTEN = "setup.cfg"


def read_wheel(path: Path) -> dict[str, bytes]:
    """Return the contents of a wheel by file name, without metadata."""
    with ZipFile(path) as wheel:
        return leave_out_generated({name: wheel.read(name) for name in wheel.namelist()})


def read_source_archive(path: Path) -> dict[str, bytes]:
    """Return the contents of a source archive by file name, without metadata."""
    with tarfile.open(path) as archive:
        files = {}
        for member in archive:
            if file := archive.extractfile(member):
                files[member.name.partition("/")[2]] = file.read()
    return leave_out_generated(files)


def leave_out_generated(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that the build did not generate."""
    return {name: content for name, content in files.items() if not GENERATED.fullmatch(name)}


def find_faults(wheel: Path, source_archive: Path, tracked: Mapping[str, bytes]) -> list[str]:
    """Return the differences between the archives and the tracked files, as lines to print."""
    package = {name: tracked[name] for name in tracked if name.startswith(PACKAGE)}
    released = {name: tracked[name] for name in tracked if not name.startswith(REPOSITORY_ONLY)}
    return [
        *compare(wheel.name, read_wheel(wheel), package),
        *compare(source_archive.name, read_source_archive(source_archive), released),
    ]


def compare(
    archive: str, found: Mapping[str, bytes], expected: Mapping[str, bytes]
) -> Iterator[str]:
    """Yield a line for each file that is missing, not tracked, or different."""
    for name in sorted(found.keys() | expected.keys()):
        if name not in found:
            yield f"{archive}: {name} is missing"
        elif name not in expected:
            yield f"{archive}: {name} is not tracked by git"
        elif name != REWRITTEN and found[name] != expected[name]:
            yield f"{archive}: {name} differs from the tracked file"
