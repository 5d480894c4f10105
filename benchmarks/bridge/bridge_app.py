"""Pairs of views that differ only in the word ``async``."""

import asyncio
import os
import time

from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
app.config["TYPED_BLOCKING_LIMIT"] = float(os.environ.get("LIMIT", "0"))
typed = Typed(app)
DELAY = 0.2


@typed.get("/")
def answer() -> str:
    """Answer at once."""
    return "done"


@typed.get("/async")
async def answer_async() -> str:
    """Answer at once."""
    return "done"


@typed.get("/wait")
def wait() -> str:
    """Answer after a while."""
    time.sleep(DELAY)
    return "done"


@typed.get("/async/wait")
async def wait_async() -> str:
    """Answer after a while."""
    await asyncio.sleep(DELAY)
    return "done"
