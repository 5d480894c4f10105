"""Keys in Redis; a double stands for it, and :mod:`.test_servers` holds the double to it."""

from typing import Any

import pytest
import redis.asyncio
from flask_typed import KeyClaim, SetupError, StoredResponse, UsedKey
from flask_typed.stores.redis import RedisStore

from .redis_double import RedisDouble

RESPONSE = StoredResponse(201, (("Content-Type", "text/plain"), ("X-Name", "é")), b"\x00done")


@pytest.fixture
def client() -> Any:
    """Return a Redis."""
    return RedisDouble()


@pytest.fixture
def store(client: Any) -> RedisStore:
    """Return a store, which all requests of an app may share."""
    return RedisStore(client, lease=5)


def make_claim() -> KeyClaim:
    """Return the claim of another request with the same key."""
    return KeyClaim("f" * 64, "a" * 64, 60)


def test_key_is_claimed_once(store: RedisStore) -> None:
    """The second claim finds the first one, and later its response."""
    first = make_claim()
    assert not store.in_transaction
    assert store.claim(first) is None
    assert store.claim(make_claim()) == UsedKey("a" * 64)
    store.save(first, RESPONSE)
    assert store.claim(make_claim()) == UsedKey("a" * 64, RESPONSE)


def test_key_is_released(client: Any) -> None:
    """After an error, the key is free."""
    store, other = RedisStore(client, prefix="shop:"), RedisStore(client, prefix="shop:")
    first = make_claim()
    store.claim(first)
    store.release(first)
    assert other.claim(make_claim()) is None


def test_lease_ends(client: Any, store: RedisStore) -> None:
    """Who was too slow changes nothing of what the next one has claimed."""
    slow, next_one = make_claim(), make_claim()
    store.claim(slow)
    client.expire_all()
    store.claim(next_one)
    store.save(slow, RESPONSE)
    store.release(slow)
    assert store.claim(make_claim()) == UsedKey("a" * 64)


def test_key_that_ends_while_it_is_claimed(client: Any, store: RedisStore) -> None:
    """The client is asked to come again."""
    store.claim(make_claim())
    client.is_forgetful = True
    assert store.claim(make_claim()) == UsedKey()


def test_asynchronous_client() -> None:
    """Its claims would all seem to succeed."""
    with pytest.raises(SetupError, match=r"takes a redis\.Redis, not a client of redis\.asyncio"):
        RedisStore(redis.asyncio.Redis())
