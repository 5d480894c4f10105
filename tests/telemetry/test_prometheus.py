"""Metrics in Prometheus's formats."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_typed.telemetry.prometheus import Prometheus
from prometheus_client import CollectorRegistry

from .conftest import Observe


@pytest.fixture
def client(observe: Observe) -> FlaskClient:
    """Return a client of an app that is counted, and shows its metrics."""
    prometheus = Prometheus(CollectorRegistry(), exclude=["/metrics", "/health"])
    client = observe(prometheus)
    client.application.get("/metrics")(prometheus.make_response)
    return client


def read_samples(client: FlaskClient, **headers: str) -> dict[str, float]:
    """Return the value of each sample by its name and labels, without buckets and dates."""
    lines = client.get("/metrics", headers=headers).text.splitlines()
    samples = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    left_out = ("_bucket", "_created", "_sum")
    return {
        name: float(value)
        for name, value in samples.items()
        if not any(part in name for part in left_out)
    }


def test_samples(client: FlaskClient) -> None:
    """Requests are counted by method, rule and status; problems by their type."""
    for path in ("/books/1", "/books/1", "/books/2", "/books/3", "/health"):
        client.get(path)
    with client.get("/none") as response:
        assert response.data
    duration = "http_server_request_duration_seconds_count"
    book = 'method="GET",route="/books/<int:book_id>"'
    assert read_samples(client) == {
        'http_server_active_requests{method="GET"}': 0,
        f'{duration}{{{book},status="200"}}': 2,
        f'{duration}{{{book},status="404"}}': 1,
        f'{duration}{{{book},status="500"}}': 1,
        f'{duration}{{method="GET",route="",status="404"}}': 1,
        'http_server_problems_total{problem="BookNotFound",route="/books/<int:book_id>"}': 1,
    }


def test_format_of_the_response(client: FlaskClient) -> None:
    """It is the one that Prometheus accepts."""
    plain = client.get("/metrics")
    assert plain.content_type.startswith("text/plain; version=0.0.4")
    accepted = {"Accept": "application/openmetrics-text; version=1.0.0"}
    open_metrics = client.get("/metrics", headers=accepted)
    assert open_metrics.content_type.startswith("application/openmetrics-text")
    assert open_metrics.text.endswith("# EOF\n")


def test_streams_are_in_progress_until_their_last_byte(client: FlaskClient) -> None:
    """Then they are counted."""
    stream = client.get("/books")
    active = 'http_server_active_requests{method="GET"}'
    assert read_samples(client) == {active: 1}
    assert stream.data
    assert read_samples(client)[active] == 0


def test_several_workers(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The files of their common folder are read: here of none."""
    client.get("/books/1")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert read_samples(client) == {}
