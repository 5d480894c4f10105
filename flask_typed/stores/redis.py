"""Keys in Redis, for work that no transaction of a database holds.

Request time; imports nothing of redis-py.
"""

from __future__ import annotations

import base64
import inspect
import json
from typing import Any

from ..declare.idempotency import KeyClaim, StoredResponse, UsedKey
from ..exceptions import SetupError

#: Replaces, or deletes, the value of a key that is still claimed by the same request.
SETTLE = """
if redis.call("get", KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == "" then return redis.call("del", KEYS[1]) end
redis.call("set", KEYS[1], ARGV[2], "ex", ARGV[3])
return 1
"""


class RedisStore:
    """Keeps idempotency keys in Redis.

    The response is saved after the work is committed. If the process is killed between the two, the
    key stays claimed for the rest of the lease, and a request after that does the work again. Use a
    :class:`~flask_typed.stores.sqlalchemy.SQLAlchemyStore` where that must not happen.

    :param client: a ``redis.Redis``.
    :param lease: how long a request in progress may keep its key, in seconds: longer than the
        slowest request, and than ``timeout=`` of the route.
    :param prefix: of the keys in Redis.
    :raises SetupError: for an asynchronous client.
    """

    in_transaction = False

    def __init__(self, client: Any, *, lease: int = 120, prefix: str = "idempotency:") -> None:
        if inspect.iscoroutinefunction(getattr(client, "execute_command", None)):
            raise SetupError("RedisStore takes a redis.Redis, not a client of redis.asyncio.")
        self._client = client
        self._lease = lease
        self._prefix = prefix

    def claim(self, claim: KeyClaim) -> UsedKey | None:
        """Claim a key for the time of the lease."""
        name, mark = self._prefix + claim.id, write_mark(claim)
        if self._client.set(name, mark, nx=True, ex=self._lease):
            return None
        text = self._client.get(name)
        if text is None:  # it has ended just now; the client asks again
            return UsedKey()
        return read_used(text)

    def save(self, claim: KeyClaim, response: StoredResponse) -> None:
        """Save a response, unless the lease has ended."""
        body = base64.b64encode(response.body).decode()
        written = [claim.fingerprint, [response.status, response.headers, body]]
        self._settle(claim, json.dumps(written))

    def release(self, claim: KeyClaim) -> None:
        """Give up a key, unless the lease has ended."""
        self._settle(claim, "")

    def _settle(self, claim: KeyClaim, text: str) -> None:
        self._client.eval(
            SETTLE, 1, self._prefix + claim.id, write_mark(claim), text, claim.expires
        )


def write_mark(claim: KeyClaim) -> str:
    """Return the value of a key in progress, which differs for each request."""
    return json.dumps([claim.fingerprint, claim.attempt])


def read_used(text: str | bytes) -> UsedKey:
    """Return what the value of a key tells."""
    fingerprint, found = json.loads(text)
    if isinstance(found, str):
        return UsedKey(fingerprint)
    status, pairs, body = found
    headers = tuple((name, value) for name, value in pairs)
    return UsedKey(fingerprint, StoredResponse(status, headers, base64.b64decode(body)))
