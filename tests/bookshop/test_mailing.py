"""Mails of orders: after the response, or by Celery with an outbox, here without a broker."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bookshop import create_app, database, models, security

from .answers import ANNA
from .contract import CheckedClient

pytest.importorskip("celery")

NEW_ORDER = {
    "customer": "Anna Blume",
    "email": "anna@example.org",
    "lines": [{"book_id": 3, "quantity": 2}],
}


class Stopped(Exception):
    """Ends a relay that has nothing to do."""


class Clock:
    """Stands in for ``time`` in the relay."""

    def sleep(self, seconds: float) -> None:
        """End the relay."""
        raise Stopped


@pytest.fixture
def posting(
    shop: Flask, first_day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Return a shop with a broker, on its first day; what its relay sends is run at once."""
    copy = shutil.copy(first_day, tmp_path)
    config = {"DATABASE_URL": f"sqlite:///{copy}", "BROKER": "memory://localhost", "TESTING": True}
    app = create_app({**config, "SECRET_KEY": shop.secret_key, "MAIL_VISIBILITY": 60})
    app.extensions["bookshop.celery"].conf.task_always_eager = True
    monkeypatch.setattr("bookshop.mailing.time", Clock())
    yield app
    app.extensions["bookshop.engine"].dispose()


def place_order(app: Flask, **changes: Any) -> int:
    """Place an order; return the status code of the response."""
    with app.app_context(), database.open_session() as session:
        account = session.scalars(sa.select(models.Account).filter_by(email=ANNA[0])).one()
        token = security.make_token(account)
    client = FlaskClient(app, app.response_class)
    headers = {"Authorization": f"Bearer {token}"}
    return client.post("/orders", json={**NEW_ORDER, **changes}, headers=headers).status_code


def run_relay(app: Flask) -> None:
    """Run the command until it has nothing to do."""
    result = app.test_cli_runner().invoke(args=["relay"])
    assert isinstance(result.exception, Stopped), result.output


def read_mails(app: Flask) -> list[models.Mail]:
    """Return the rows of the outbox."""
    with app.app_context(), database.open_session() as session:
        return list(session.scalars(sa.select(models.Mail)))


def change_mail(app: Flask, **values: Any) -> None:
    """Change the rows of the outbox."""
    with app.app_context(), database.open_session() as session:
        session.execute(sa.update(models.Mail).values(**values))
        session.commit()


def test_mail_without_a_broker(
    app: Flask, customer: CheckedClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The process of the view sends it after the response; there is no row for it."""
    with caplog.at_level(logging.INFO, "bookshop"):
        order = customer.post("/orders/", json=NEW_ORDER).get_json()
    assert caplog.messages == [
        f"Mail to anna@example.org: Your order {order['id']}, {order['total']} in all"
    ]
    assert read_mails(app) == []


def test_mail_is_committed_with_its_order(posting: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """The view sends nothing, and an order that is not placed has no mail."""
    caplog.set_level(logging.INFO, "bookshop")
    assert place_order(posting, lines=[{"book_id": 3, "quantity": 41}]) == 409
    assert read_mails(posting) == []
    assert place_order(posting) == 201
    (mail,) = read_mails(posting)
    assert (mail.enqueued, mail.sent, caplog.messages) == (None, None, [])


def test_mail_is_sent_once(posting: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """A task that comes twice sends one mail."""
    place_order(posting)
    with caplog.at_level(logging.INFO, "bookshop"):
        run_relay(posting)
        run_relay(posting)
        (mail,) = read_mails(posting)
        task = posting.extensions["bookshop.celery"].tasks["bookshop.send_mail"]
        assert task.apply(kwargs={"mail_id": str(mail.id)}).state == "SUCCESS"
    assert caplog.messages == [
        f"Mail to anna@example.org: Your order {mail.order_id}, 19.80 in all"
    ]
    assert mail.enqueued is not None
    assert mail.sent is not None
    assert read_mails(posting)[0].sent == mail.sent


@pytest.mark.parametrize(
    ("age", "is_sent"), [pytest.param(110, False, id="young"), pytest.param(130, True, id="old")]
)
def test_task_that_is_lost_is_sent_again(posting: Flask, age: int, is_sent: bool) -> None:
    """After a time in which the broker had given it to another worker."""
    place_order(posting)
    change_mail(posting, enqueued=models.now() - timedelta(seconds=age))
    run_relay(posting)
    assert [bool(mail.sent) for mail in read_mails(posting)] == [is_sent]


def test_broker_that_is_away(posting: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Orders are placed, and their mails wait."""
    celery = posting.extensions["bookshop.celery"]
    celery.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:1")
    assert [place_order(posting), place_order(posting)] == [201, 201]
    run_relay(posting)
    assert [message.partition(":")[0] for message in caplog.messages] == [
        "The broker cannot be reached"
    ]
    assert [mail.enqueued for mail in read_mails(posting)] == [None, None]
    celery.conf.task_always_eager = True
    run_relay(posting)
    assert [bool(mail.sent) for mail in read_mails(posting)] == [True, True]
