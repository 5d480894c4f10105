"""Keys in Redis; a double stands for it, and :mod:`.test_servers` holds the double to it."""

from typing import Any

import pytest
from flask_typed import KeyClaim, StoredResponse, UsedKey
from flask_typed.stores.redis import RedisStore

from .redis_double import RedisDouble

CLAIM = KeyClaim("f" * 64, "a" * 64, 60)
RESPONSE = StoredResponse(201, (("Content-Type", "text/plain"), ("X-Name", "é")), b"\x00done")


@pytest.fixture
def client() -> Any:
    """Return a Redis."""
    return RedisDouble()


def test_key_is_claimed_once(client: Any) -> None:
    """The second claim finds the first one, and later its response."""
    store, other = RedisStore(client), RedisStore(client)
    assert not store.in_transaction
    assert store.claim(CLAIM) is None
    assert other.claim(CLAIM) == UsedKey("a" * 64)
    store.save(CLAIM, RESPONSE)
    assert other.claim(CLAIM) == UsedKey("a" * 64, RESPONSE)


def test_key_is_released(client: Any) -> None:
    """After an error, the key is free."""
    store, other = RedisStore(client, prefix="shop:"), RedisStore(client, prefix="shop:")
    store.claim(CLAIM)
    store.release(CLAIM)
    assert other.claim(CLAIM) is None


def test_lease_ends(client: Any) -> None:
    """Who was too slow changes nothing of what the next one has claimed."""
    slow, next_one, last = (RedisStore(client, lease=5) for _ in range(3))
    slow.claim(CLAIM)
    client.expire_all()
    next_one.claim(CLAIM)
    slow.save(CLAIM, RESPONSE)
    slow.release(CLAIM)
    assert last.claim(CLAIM) == UsedKey("a" * 64)


def test_key_that_ends_while_it_is_claimed(client: Any) -> None:
    """The client is asked to come again."""
    RedisStore(client).claim(CLAIM)
    client.is_forgetful = True
    assert RedisStore(client).claim(CLAIM) == UsedKey()
