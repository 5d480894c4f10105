"""``BOOKSHOP_BROKER=redis://localhost celery -A bookshop.worker worker`` sends the shop's mails."""

import sqlalchemy as sa
from celery import Celery

from . import create_app

shop = create_app()
celery: Celery = shop.extensions["bookshop.celery"]

# The worker forks, and its processes must not share a connection.
engine: sa.Engine = shop.extensions["bookshop.engine"]
engine.dispose()
