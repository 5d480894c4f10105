"""Install npm packages into the environment that runs this: ``python install.py FOLDER``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def install(name: str) -> None:
    """Install what a folder's lock file says, once."""
    environment = Path(sys.prefix)
    lock = (HERE / name / "package-lock.json").read_bytes()
    mark = environment / "node_modules" / ".installed"
    if mark.exists() and mark.read_bytes() == lock:
        return
    for file in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name / file, environment)
    scripts = environment / "bin"
    subprocess.run(
        [scripts / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=environment,
        env={
            **os.environ,
            "NODE_OPTIONS": "--use-system-ca",  # what the machine trusts, as pip does
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        },
        check=True,
    )
    mark.write_bytes(lock)


if __name__ == "__main__":
    install(sys.argv[1])
