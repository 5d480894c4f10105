"""A PostgreSQL of the tests' own: on a Unix socket in a folder that is gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from ..patience import PATIENCE, wait_until

#: It is thrown away: nothing has to survive a power cut.
SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")


def find_binary(name: str) -> str | None:
    """Return the path of a program of PostgreSQL, the newest where Debian has several."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(installed[-1]) if installed else None)


INITDB = find_binary("initdb")
POSTGRES = find_binary("postgres")


def find_user() -> dict[str, Any]:
    """Return as whom the server runs: it refuses to be root's."""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}
    return user if os.geteuid() == 0 else {}


@contextmanager
def running_postgres() -> Iterator[str]:
    """Run a server, and yield the URL of its database."""
    user = find_user()
    with TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        os.chown(folder, user.get("user", -1), user.get("group", -1))
        data = f"{folder}/data"
        make = [str(INITDB), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(make, check=True, capture_output=True, cwd=folder, **user)
        settings = [word for setting in SETTINGS for word in ("-c", setting)]
        command = [str(POSTGRES), "-D", data, "-k", folder, *settings]
        with open(f"{folder}/log", "wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **user)
        try:
            url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
            wait_until_ready(url)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # which does not wait for clients
            server.wait(PATIENCE)


def wait_until_ready(url: str) -> None:
    """Wait until a server lets somebody in."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    wait_until(lambda: is_ready(engine))


def is_ready(engine: sa.Engine) -> bool:
    """Say whether the server lets somebody in."""
    try:
        engine.connect().close()
    except OperationalError:
        return False
    return True
