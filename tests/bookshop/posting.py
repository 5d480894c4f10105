"""The worker of a shop whose mails take a moment, and are lines of the file ``MAILS``.

``celery -A posting.celery worker`` runs it; imports nothing of the tests.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from bookshop.mails import Mailer
from bookshop.worker import celery

__all__ = ["celery"]

SECONDS = float(os.environ["MAIL_SECONDS"])
MAILS = Path(os.environ["MAILS"])


def send(mailer: Mailer, address: str, subject: str) -> None:
    """Send a mail."""
    time.sleep(SECONDS)
    with MAILS.open("a", encoding="utf-8") as file:
        file.write(f"{address}: {subject}\n")


Mailer.send = send  # type: ignore[method-assign]
