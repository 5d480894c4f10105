"""Two hosts, nginx and Redis on the loopback interface, by docs/examples/several_hosts.

What systemd does with the unit is done here: ``ExecStart``, ``ExecReload``, and SIGTERM to stop.
Addresses and folders are replaced, nothing else.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from configparser import RawConfigParser
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import sqlalchemy as sa

FILES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "several_hosts"
ADDRESSES = ("10.0.0.11:8000", "10.0.0.12:8000")  # in nginx.conf
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
REDIS = shutil.which("redis-server")
PATIENCE = 60.0

Process = subprocess.Popen[bytes]


def find_port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(is_done: Callable[[], bool], what: str) -> None:
    """Wait until something is done."""
    deadline = time.monotonic() + PATIENCE
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.02)


def is_listening(port: int) -> bool:
    """Return whether somebody listens at a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def read_unit() -> Mapping[str, str]:
    """Return the section [Service] of the unit."""
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # keep the case of names
    unit.read(FILES / "shop.service", encoding="utf-8")
    return unit["Service"]


class Host:
    """The workers of one host: the service of its unit.

    :param folder: where the files of the host and its log are.
    :param more: options of gunicorn besides those of the unit.
    :ivar prefix: what the command is given to, such as ``taskset``.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], more: Sequence[str]) -> None:
        self.name, self.port = folder.name, find_port()
        self.folder, self.environment, self.more = folder, environment, more
        self.prefix: list[str] = []
        self.main: Process | None = None
        shutil.copytree(FILES, folder, ignore=shutil.ignore_patterns("__pycache__"))

    def start(self) -> None:
        """Do ``systemctl start``."""
        unit = read_unit()
        program, *arguments = shlex.split(unit["ExecStart"])
        assert program.endswith("/venv/bin/gunicorn")
        command = [*self.prefix, sys.executable, "-m", "gunicorn", *arguments, *self.more]
        with (self.folder / "log").open("ab") as log:
            self.main = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{self.port}"],
                cwd=self.folder,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )

    def wait_until_up(self) -> None:
        """Wait until a worker answers."""
        wait_for(self.is_up, f"host {self.name} does not answer")

    def is_up(self) -> bool:
        """Return whether a worker answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/orders/0")
            return connection.getresponse().status == 404
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def list_workers(self) -> set[str]:
        """Return the ids of the processes of the workers."""
        assert self.main is not None
        path = Path(f"/proc/{self.main.pid}/task/{self.main.pid}/children")
        return set(path.read_text(encoding="ascii").split())

    def reload(self) -> None:
        """Do ``systemctl reload``, and wait until the old workers have ended."""
        assert self.main is not None
        old = self.list_workers()
        command = read_unit()["ExecReload"].replace("$MAINPID", str(self.main.pid))
        subprocess.run(shlex.split(command), check=True)
        wait_for(lambda: not old & self.list_workers(), f"host {self.name} does not reload")
        self.wait_until_up()

    def stop(self) -> None:
        """Do ``systemctl stop``."""
        assert self.main is not None
        self.main.terminate()
        self.main.wait(float(read_unit()["TimeoutStopSec"]))

    def kill(self) -> None:
        """End all processes of the host at once, as a power cut does."""
        assert self.main is not None
        workers = self.list_workers()
        self.main.kill()
        for pid in workers:
            os.kill(int(pid), signal.SIGKILL)
        self.main.wait(PATIENCE)
        wait_for(lambda: not is_listening(self.port), "the port is still open")


class Cluster:
    """The two hosts, with nginx in front and Redis behind.

    :param folder: for logs, and for the files of nginx and Redis.
    :param database: the URL of an empty PostgreSQL.
    :param more: options of gunicorn besides those of the unit.
    :param has_cores: whether each host has a core of its own.
    """

    def __init__(self, folder: Path, database: str, *more: str, has_cores: bool = False) -> None:
        self.folder, self.more, self.has_cores = folder, more, has_cores
        self.port, self.redis_port = find_port(), find_port()
        self.redis_url = f"redis://127.0.0.1:{self.redis_port}/0"
        self.environment = {"DATABASE_URL": database, "REDIS_URL": self.redis_url}
        self.hosts: list[Host] = []
        self.down: set[str] = set()

    @contextmanager
    def running(self) -> Iterator[Cluster]:
        """Run all, and stop all."""
        make_tables(self.environment["DATABASE_URL"])
        with ExitStack() as stack:
            self.redis = self.start_redis()
            stack.callback(lambda: end(self.redis))
            for core, name in enumerate("AB"):
                host = Host(self.folder / name, self.environment, self.more)
                host.prefix = ["taskset", "-c", str(core)] if self.has_cores else []
                host.start()
                stack.callback(host.stop)
                self.hosts.append(host)
            for host in self.hosts:
                host.wait_until_up()
            self.nginx = self.start_nginx()
            stack.callback(end, self.nginx)
            yield self

    def start_redis(self) -> Process:
        """Start Redis by its file."""
        command = [str(REDIS), str(FILES / "redis.conf"), "--port", str(self.redis_port)]
        options = ["--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""]
        redis = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
        wait_for(lambda: is_listening(self.redis_port), "Redis does not start")
        return redis

    def restart_redis(self, seconds: float) -> None:
        """Stop Redis, and start it after some time."""
        end(self.redis)
        time.sleep(seconds)
        self.redis = self.start_redis()

    def start_nginx(self) -> Process:
        """Start nginx by its file."""
        self.write_nginx()
        for name in ("logs", "temp"):
            (self.folder / name).mkdir()
        nginx = subprocess.Popen(
            [str(NGINX), "-p", str(self.folder), "-c", "nginx.conf", "-e", "logs/error.log"]
        )
        wait_for(lambda: is_listening(self.port), "nginx does not start")
        return nginx

    def write_nginx(self) -> None:
        """Write the file of nginx, with the addresses that are here."""
        text = (FILES / "nginx.conf").read_text(encoding="utf-8")
        for address, host in zip(ADDRESSES, self.hosts, strict=True):
            assert address in text
            text = text.replace(address, f"127.0.0.1:{host.port}")
            if host.name in self.down:
                text = re.sub(rf"(127\.0\.0\.1:{host.port})[^;]*", r"\1 down", text)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self.port};")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"{kind}_temp_path temp/{kind}; " for kind in kinds)
        text = text.replace("http {", f"http {{ access_log off; {folders}", 1)
        head = "daemon off; pid logs/nginx.pid; worker_processes 1;\n"
        (self.folder / "nginx.conf").write_text(head + text, encoding="utf-8")

    def take_out(self, *names: str) -> None:
        """Let nginx send no new request to hosts: ``down`` in its file, and ``nginx -s reload``."""
        self.down = set(names)
        self.write_nginx()
        old = children(self.nginx.pid)
        self.nginx.send_signal(signal.SIGHUP)
        wait_for(lambda: bool(children(self.nginx.pid) - old), "nginx does not reload")
        time.sleep(0.2)


def children(pid: int) -> set[str]:
    """Return the ids of a process's children."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return set(path.read_text(encoding="ascii").split())


def end(process: Process) -> None:
    """End a process, if it still runs."""
    process.terminate()
    process.wait(PATIENCE)


def make_tables(url: str) -> None:
    """Run the file of the tables."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text((FILES / "schema.sql").read_text(encoding="utf-8")))
    engine.dispose()
