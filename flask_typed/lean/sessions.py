"""The session interface of an app that has Flask's: no work for a request without a session.

Request time; installed at setup.
"""

from __future__ import annotations

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from .requests import LeanRequest


class LeanSessionInterface(SecureCookieSessionInterface):
    """Flask's session interface. Its sessions and cookies are the same."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a request; ``None`` for an app without a secret key."""
        # Another method may be one of a subclass, or set on this object.
        unchanged = type(self) is LeanSessionInterface and not self.__dict__
        cookies = request.environ.get("HTTP_COOKIE", "")
        if (
            not unchanged
            or type(request) is not LeanRequest
            or self.get_cookie_name(app) in cookies
        ):
            return super().open_session(app, request)
        return self.session_class() if app.secret_key else None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set or delete the cookie of a session, if it has changed."""
        unchanged = type(self) is LeanSessionInterface and not self.__dict__
        if session or session.accessed or session.modified or not unchanged:
            super().save_session(app, session, response)
