"""The commands of ``flask typed`` that also run without an app, and what all commands share.

Development time. :mod:`..cli` adds them to its group. What a command needs is imported when it
runs.
"""
