"""Finds code and settings that keep an app from running well under gevent.

:mod:`.surroundings` describes the server and the worker. :mod:`.originals`, :mod:`.drivers`,
:mod:`.functions` and :mod:`.parts` have the checks, and :mod:`.examining` runs them all.
:mod:`.starting` runs them when a worker starts, :mod:`.trying` in a worker of its own for ``flask
typed doctor``. :mod:`.watching` logs code that blocks the hub while the app runs.
"""
