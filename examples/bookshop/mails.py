"""Mails to customers. They are sent after the response, so that no customer waits for one.

Without a broker, the process that answered the request sends the mail, and a mail is lost with its
process. With one, ``mailing.py`` sends it.

The shop has no mail server: a mail is a line in the log.
"""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from flask import current_app
from flask_typed import BackgroundTasks, Depends
from sqlalchemy.orm import Session

from . import models


class Mailer:
    """Sends mails."""

    def send(self, address: str, subject: str) -> None:
        """Send a mail."""
        current_app.logger.info("Mail to %s: %s", address, subject)


Mails = Annotated[Mailer, Depends()]


def arrange_confirmation(order: models.Order, session: Session, tasks: BackgroundTasks) -> None:
    """Let an order be confirmed once it is committed."""
    if current_app.config["BROKER"]:
        session.add(models.Mail(order_id=order.id))
    else:
        tasks.add(confirm_order, order.id, order.email, order.total)


def confirm_order(order_id: UUID, address: str, total: Decimal, mailer: Mails) -> None:
    """Mail the confirmation of an order."""
    mailer.send(address, f"Your order {order_id}, {total} in all")
