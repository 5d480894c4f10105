"""The messages for clients: their codes and their translations.

Request time. ``catalogue`` lists every message that flask_typed, marshmallow and werkzeug send;
``recognizing`` finds a message in it; ``translating`` asks flask-babel for its translation.
"""
