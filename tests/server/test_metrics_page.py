from __future__ import annotations

import socket

import pytest
import requests

from sonar_server.meter import Meter
from sonar_server.metrics_page import metrics_page
from tests.server.serving import Serving


def test_a_serving_process_is_measured_on_a_port_of_its_own(organisation, tmp_path):
    serving = Serving(organisation, organisation.copy(), tmp_path, more=("--metrics-port", "0"))
    assert serving.metrics.startswith("http://127.0.0.1:")
    answer = requests.get(serving.metrics, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "sonar_database_up 1.0" in answer.text
    assert "process_resident_memory_bytes" in answer.text
    assert requests.get(serving.address + "/metrics", timeout=30).status_code == 404
    serving.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(serving.metrics, timeout=30)


def test_there_is_nothing_but_the_metrics():
    with metrics_page(Meter(), 0) as address:
        assert requests.get(address + "?x=1", timeout=30).status_code == 200
        assert requests.get(address + "/../etc", timeout=30).status_code == 404
        assert requests.post(address, timeout=30).status_code == 501


def test_a_port_that_is_taken_is_said_so():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        metrics_page(Meter(), taken.getsockname()[1]).__enter__()
