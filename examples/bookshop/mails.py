"""Mails to customers. They are sent after the response, so that no customer waits for one.

The shop has no mail server: a mail is a line in the log.
"""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from flask import current_app
from flask_typed import Depends


class Mailer:
    """Sends mails."""

    def send(self, address: str, subject: str) -> None:
        """Send a mail."""
        current_app.logger.info("Mail to %s: %s", address, subject)


def confirm_order(
    order_id: UUID, address: str, total: Decimal, mailer: Annotated[Mailer, Depends()]
) -> None:
    """Mail the confirmation of an order."""
    mailer.send(address, f"Your order {order_id}, {total} in all")
