"""Every answer that a page shows is what the program on the page says."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import sys
import time
from contextlib import redirect_stdout
from functools import cache, partial
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask_typed.cli import typed
from flask_typed.commands import mocking
from flask_typed.probing.sending import HTTPSender, InProcessSender

from .loading import load_app, split_program
from .pages import (
    EXAMPLES,
    PAGES,
    Exchange,
    list_examples,
    name_page,
    read_blocks,
    read_exchanges,
    read_included,
)
from .replaying import replay, run_jq


def read_curls(page: Path) -> list[Exchange]:
    """Return the requests that a page shows."""
    return [found for found in read_exchanges(page) if found.command.startswith("curl ")]


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_requests(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request of a page, sent in their order, is answered as the page shows.

    The clock stands still, so that no second ends between two requests: a header that counts the
    seconds of a rate limit would show one less.
    """
    now = int(time.time()) + 0.5
    monkeypatch.setattr(time, "time", lambda: now)
    apps: dict[str, Flask] = {}
    for found in read_curls(page):
        app = apps.get(found.program) or load_app(found.program)
        apps[found.program] = app
        assert replay(app, found.command, found.shown) == found.shown.rstrip(), found.command


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_sessions(page: Path) -> None:
    """Each line that a page types into Python prints what the page shows."""
    text = page.read_text(encoding="utf-8")
    for program in dict.fromkeys(n for n in read_included(page) if n.endswith(".py")):
        sys.path.insert(0, str(split_program(program.removesuffix(".py"))[0]))
    session = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(session)
    assert results.failed == 0


def test_every_file_is_included() -> None:
    """Each file of docs/examples is on a page, sent by a request, or read by a command."""
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    included = {name for page in PAGES for name in read_included(page)}
    files = {name for name in list_examples() if not name.startswith("translations/")}
    used = {name for name in files if f"@{name}" in text or f"typed diff {name} " in text}
    assert files == used | included - set(list_examples("*.po"))


def split_command(words: list[str], module: str) -> list[str]:
    """Return the words after ``typed``; the app before it is that of the page."""
    program = words[1 : words.index("typed")]
    assert program in ([], ["--app", module])
    return words[words.index("typed") + 1 :]


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_commands_of_flask(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``flask typed …`` answers what the page shows; a file is there for the commands after.

    What is sent to a server goes to the app, and nothing listens.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mocking, "run_simple", lambda *given, **options: None)
    for found in read_exchanges(page):
        words = shlex.split(found.command)
        if "typed" in words:
            folder, module = split_program(found.program)
            arguments = split_command(words, module)
            files = (f"{module}.py", *words)
            for name in (name for name in files if (folder / name).is_file()):
                shutil.copy(folder / name, tmp_path)
            load = cache(partial(load_app, found.program))
            monkeypatch.setattr(
                HTTPSender, "send", lambda _, sent, load=load: InProcessSender(load()).send(sent)
            )
            info = ScriptInfo(module, create_app=load)
            result = CliRunner().invoke(typed, arguments, obj=info)
            output = result.stdout if arguments[0] == "check" else result.output  # without the log
            assert output.strip("\n") == found.shown, found.command


def read_pytest() -> list[Exchange]:
    """Return the runs of pytest that the pages show."""
    found = [exchange for page in PAGES for exchange in read_exchanges(page)]
    return [exchange for exchange in found if exchange.command.startswith("pytest ")]


@pytest.mark.parametrize("found", read_pytest(), ids=lambda found: found.page)
def test_commands_of_pytest(found: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests that a page shows pass, as it shows them."""
    monkeypatch.chdir(split_program(found.program)[0])
    monkeypatch.syspath_prepend(Path.cwd())
    options = ["-c", os.devnull, "--rootdir", ".", "-s", "-p", "no:cacheprovider"]
    with redirect_stdout(StringIO()) as output:
        pytest.main([*shlex.split(found.command)[1:], *options, "-p", "no:faulthandler"])
    shown = re.sub(r" +\[100%\]$", "", found.shown, flags=re.M)  # not with -s
    assert re.sub(r" in [0-9.]+s", " in 0.12s", output.getvalue()).strip() == shown


def read_started(page: Path) -> set[str]:
    """Return the programs of a page that a server or pytest starts, with those beside them."""
    starts = ("flask", "gunicorn", "pytest")
    started = {e.program for e in read_exchanges(page) if e.command.split()[0] in starts}
    beside = {program.rpartition("/")[0] for program in started} - {"", "cookbook"}
    files = [name for name in read_included(page) if name.endswith(".py")]
    programs = {name.removesuffix(".py") for name in files}
    return started | {name for name in programs if name.rpartition("/")[0] in beside}


def is_imported_beside(program: str) -> bool:
    """Return whether another file of its folder, or the package itself, imports a program."""
    path = EXAMPLES / f"{program}.py"
    others = "".join(other.read_text("utf-8") for other in path.parent.glob("*.py"))
    return re.search(rf"^(from|import) .*\b{path.stem}\b", others, flags=re.M) is not None


def test_every_program_is_run() -> None:
    """Each program of docs/examples is asked something, or imported, by a page or by a test."""
    used = {found.program for page in PAGES for found in read_curls(page)}
    for page in PAGES:
        used |= {found.program for found in read_exchanges(page) if " typed " in found.command}
    typed = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    programs = {name.removesuffix(".py") for name in list_examples("*.py")}
    typed_in = set(re.findall(r"^    >>> (?:from|import) ([\w.]+)", typed, flags=re.M))
    imported = {name for name in programs if split_program(name)[1] in typed_in}
    imported |= {name for name in programs if is_imported_beside(name)}
    # test_kinds.py, test_servers.py, test_configuration.py, test_websockets.py and
    # test_several_hosts.py run these. What gunicorn.conf.py names is run with it.
    elsewhere = {"kinds", "gunicorn.conf", "from_environment", "cookbook/websockets"}
    elsewhere |= {"several_hosts/shop", "several_hosts/gunicorn.conf"}
    elsewhere |= {program for page in PAGES for program in read_started(page)}
    # tests/moving runs the others.
    assert programs <= used | imported | elsewhere


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_only_what_is_run_is_shown(page: Path) -> None:
    """A page shows code by including a program, or as a transcript; never as text of its own."""
    blocks = read_blocks(page.read_text(encoding="utf-8"))
    languages = {block.argument for block in blocks if block.name == "code-block"}
    assert languages <= {"console", "pycon"}


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_only_known_commands(page: Path) -> None:
    """A page shows no command that no test knows."""
    commands = {found.command.split()[0] for found in read_exchanges(page)}
    assert commands <= {"celery", "curl", "pip", "flask", "gunicorn", "pytest"}


def test_a_wrong_answer_is_noticed() -> None:
    """The replay shows what the program says, not what the page says."""
    answer = replay(load_app("hello"), "curl -i http://127.0.0.1:5000/", "HTTP/1.1 404\nX-A: 1")
    assert answer == "HTTP/1.1 200 OK\nX-A: (is not there)\n\nA plain route, as ever."


def test_a_hidden_status_is_noticed() -> None:
    """A page has to show a status other than 200."""
    answer = replay(load_app("hello"), "curl http://127.0.0.1:5000/nowhere", "")
    assert answer == "(nothing shows the status 404 NOT FOUND)"


def test_jq_picks() -> None:
    """A filter of keys and indexes picks what jq would pick."""
    assert run_jq({"a": [{"b/c": 1}]}, '.a[0]["b/c"]') == "1"


def test_jq_refuses() -> None:
    """What the replay's jq cannot do is an error, not another answer."""
    with pytest.raises(ValueError, match=r"jq can do more than this: keys\[\]"):
        run_jq({"a": 1}, "keys[]")
