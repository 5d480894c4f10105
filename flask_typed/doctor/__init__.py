"""What keeps an app from running well under gevent: looked for when a worker starts.

:mod:`.surroundings` says where the app runs, each of :mod:`.originals`, :mod:`.drivers`,
:mod:`.functions` and :mod:`.parts` looks at one kind of things, and :mod:`.examining` asks them
all. :mod:`.starting` does so at the start of a worker, :mod:`.trying` in a worker of its own, and
:mod:`.watching` tells, while the app runs, what kept the hub.
"""
