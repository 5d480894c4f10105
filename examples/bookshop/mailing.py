"""Mails that are not lost with a process: the table ``mails`` is an outbox, and Celery sends them.

An order and its mail are committed together. ``flask --app bookshop relay`` sends a task for each
mail to the broker, and ``celery -A bookshop.worker worker`` runs the tasks. A task may come twice:
from the relay, or from the broker after a worker was killed. The second one finds that the mail was
sent.

Only the relay and the workers need the broker. While it is not there, orders are placed as usual.
"""

import time
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from celery import Celery
from flask import Flask, current_app
from flask_typed import PROVIDED, Typed
from flask_typed.celery import TypedCelery, TypedTask
from kombu.exceptions import OperationalError

from .database import Reading, Writing
from .mails import Mails, confirm_order
from .models import Mail, now

#: How long the relay waits if there is nothing to do, in seconds.
RELAY_PAUSE = 0.2
#: How many mails are looked up at once.
ROWS = 100


def init_app(app: Flask, typed: Typed) -> None:
    """Give the app its Celery app, and the command of the relay."""
    celery = make_celery(app.config["BROKER"], app.config["MAIL_VISIBILITY"])
    task = TypedCelery(celery, typed).task(name="bookshop.send_mail")(send_mail)
    app.extensions["bookshop.celery"] = celery

    @app.cli.command("relay")
    def run_relay() -> None:
        """Send a task for each mail, for ever: one process does this."""
        while True:
            if not relay(typed, task):
                time.sleep(RELAY_PAUSE)


def make_celery(broker: str, visibility: int) -> Celery:
    """Return a Celery app that gives the task of a killed worker to another one.

    :param visibility: After how many seconds Redis does so, if the whole worker is gone.
    """
    celery = Celery("bookshop", broker=broker, set_as_current=False)
    celery.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": visibility},
    )
    return celery


def relay(typed: Typed, task: TypedTask[[UUID], None]) -> int:
    """Send a task for each mail that needs one; return the number of tasks."""
    mails = typed.call(find_mails)
    for number, mail_id in enumerate(mails):
        try:
            task.with_options(task_id=str(mail_id)).delay(mail_id)
        except OperationalError as error:
            current_app.logger.warning("The broker cannot be reached: %s", error)
            return number
        typed.call(mark_enqueued, mail_id=mail_id)
    return len(mails)


def find_mails(session: Reading) -> list[UUID]:
    """Return the ids of mails that were not enqueued, or enqueued so long ago that they are lost.

    A task is lost if it fails, or if the broker forgets it.
    """
    long_ago = now() - timedelta(seconds=2 * current_app.config["MAIL_VISIBILITY"])
    is_waiting = Mail.enqueued.is_(None) | (Mail.enqueued < long_ago)
    query = sa.select(Mail.id).where(Mail.sent.is_(None), is_waiting)
    return list(session.scalars(query.order_by(Mail.created).limit(ROWS)))


def mark_enqueued(mail_id: UUID, session: Writing) -> None:
    """Record that the broker has the task of a mail."""
    session.execute(sa.update(Mail).where(Mail.id == mail_id).values(enqueued=now()))


def send_mail(mail_id: UUID, session: Writing = PROVIDED, mailer: Mails = PROVIDED) -> None:
    """In a worker: send a mail and record it, unless it was sent.

    The row is locked meanwhile, so another worker with the same task waits, and finds it sent. In
    SQLite, this lock is on the whole database.
    """
    mail = session.get_one(Mail, mail_id, with_for_update=True)
    if mail.sent is None:
        order = mail.order
        confirm_order(order.id, order.email, order.total, mailer)
        mail.sent = now()
