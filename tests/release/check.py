"""Builds and checks a release: ``python -m tests.release.check``, from a git checkout.

The archives are built, compared with the files that git tracks, and installed in empty
environments. Nothing is uploaded.
"""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from tempfile import TemporaryDirectory

from .archives import find_faults

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("program.py")


def run(*command: str | Path) -> str:
    """Run a command in the checkout, and return its standard output.

    :raises subprocess.CalledProcessError: if it fails.
    """
    process = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return process.stdout


def read_tracked() -> dict[str, bytes]:
    """Return the contents of the files that git tracks, by name."""
    names = run("git", "ls-files", "-z").split("\0")
    return {name: (ROOT / name).read_bytes() for name in names if name}


def build(folder: Path) -> tuple[Path, Path]:
    """Build the archives into a folder; return the wheel, which is built from the other, and it."""
    run(sys.executable, "-m", "build", "--installer", "uv", "--outdir", folder)
    (wheel,) = folder.glob("*.whl")
    (source_archive,) = folder.glob("*.tar.gz")
    return wheel, source_archive


def find_pythons() -> list[str]:
    """Return the oldest and the newest installed Python, or the only one."""
    installed = [version for version in read_versions() if is_installed(version)]
    return list(dict.fromkeys([installed[0], installed[-1]]))


def read_versions() -> list[str]:
    """Return the supported versions of Python, oldest first: those of the classifiers."""
    config = ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return re.findall(r"Python :: (3\.\d+)", config["metadata"]["classifiers"])


def is_installed(version: str) -> bool:
    """Return whether a version of Python is installed."""
    find = ["uv", "python", "find", "--no-python-downloads", version]
    return subprocess.run(find, check=False, capture_output=True).returncode == 0


def try_out(wheel: Path, python: str, folder: Path) -> None:
    """Install the wheel in an empty environment, and run programs there."""
    run("uv", "venv", "-q", "--no-python-downloads", "--python", python, folder)
    scripts = folder / "bin"
    run("uv", "pip", "install", "-q", "--python", scripts / "python", wheel)
    run(scripts / "python", "-I", PROGRAM)
    run(scripts / "flask", "--app", PROGRAM, "typed", "routes")


def main() -> int:
    """Check a release, and print the result; return the exit status."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        wheel, source_archive = build(folder)
        run(sys.executable, "-m", "twine", "check", "--strict", wheel, source_archive)
        if faults := find_faults(wheel, source_archive, read_tracked()):
            print("\n".join(faults))
            return 1
        pythons = find_pythons()
        for python in pythons:
            try_out(wheel, python, folder / python)
        print(f"{wheel.name} and {source_archive.name}: installed on {', '.join(pythons)}")
    return 0


if __name__ == "__main__":  # pragma: no cover: tox -e release runs it
    sys.exit(main())
