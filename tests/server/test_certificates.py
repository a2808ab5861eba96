from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from sonar_server.administration import AdministrationError
from sonar_server.central import Central, wall_clock_ms
from sonar_server.certificates import require_pair
from tests.postgres import BlankOrganisation
from tests.server.serving import Serving
from tests.sync.tls_server import HOUR, Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "trusted")


def pair(authority: Authority, ends_in: dt.timedelta = HOUR) -> Path:
    """A file that only its owner reads, with a certificate for 127.0.0.1 and its key."""
    authority.vouch(ends_in=ends_in)
    file = authority.file.with_name("server.pem")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def served(
    organisation: BlankOrganisation, central: Central, authority, tmp_path_factory
) -> Iterator[Serving]:
    file = str(pair(authority))
    serving = Serving(
        organisation,
        central.database.url,
        tmp_path_factory.mktemp("server"),
        more=["--certificate", file, "--key", file],
    )
    yield serving
    serving.stop()


def handshake(address: str, context: ssl.SSLContext) -> tuple[str, str]:
    """The version and the suite agreed on."""
    place = urlsplit(address)
    with (
        socket.create_connection((place.hostname, place.port)) as plain,
        context.wrap_socket(plain, server_hostname=place.hostname) as safe,
    ):
        version, suite = safe.version(), safe.cipher()
        assert version is not None
        assert suite is not None
        return version, suite[0]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/sync/hello", 200),
        ("POST", "/v1/sync/push", 401),
        ("GET", "/v1/sync/push", 405),
        ("GET", "/x", 404),
        ("GET", "/schema", 200),
    ],
)
def test_every_answer_over_tls_says_that_it_is_kept_nowhere_and_is_no_page(
    served, authority, method, path, status
):
    answer = requests.request(method, served.address + path, verify=str(authority.file), timeout=30)
    assert answer.status_code == status
    told = answer.headers
    assert told["Cache-Control"] == "no-store"
    assert told["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert told["Cross-Origin-Resource-Policy"] == "same-origin"
    assert told["Referrer-Policy"] == "no-referrer"
    assert told["Strict-Transport-Security"] == "max-age=31536000"
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["X-Frame-Options"] == "DENY"


def test_tls_1_3_is_spoken_in_one_of_its_own_suites(served, authority):
    context = ssl.create_default_context(cafile=authority.file)
    version, suite = handshake(served.address, context)
    assert version == "TLSv1.3"
    assert suite in {
        "TLS_AES_256_GCM_SHA384",
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
    }


def test_an_older_tls_is_refused_before_anything_is_said(served, authority):
    context = ssl.create_default_context(cafile=authority.file)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError, match=r"(?i)protocol"):
        handshake(served.address, context)


def test_without_tls_nobody_is_answered(served):
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{served.address.replace('https:', 'http:')}/v1/sync/hello", timeout=30)


def test_a_certificate_and_its_key_are_taken_until_the_certificate_ends(authority):
    file = pair(authority, ends_in=dt.timedelta(days=40))
    until = require_pair(file, file, wall_clock_ms())
    assert 39 <= (until - dt.datetime.now(dt.UTC)).days <= 40


def test_the_key_of_another_certificate_is_refused(authority, tmp_path):
    key = tmp_path / "key.pem"
    key.write_bytes(pair(authority).read_bytes())
    key.chmod(0o600)
    with pytest.raises(AdministrationError, match="is not the key of"):
        require_pair(pair(authority), key, wall_clock_ms())


@pytest.mark.parametrize("days", [-2, 2])
def test_a_certificate_of_another_time_is_refused_with_its_days(authority, days):
    file = pair(authority)
    now_ms = wall_clock_ms() + days * 24 * 3_600_000
    with pytest.raises(AdministrationError, match="no PC would accept it today"):
        require_pair(file, file, now_ms)


def test_a_key_that_others_may_read_is_refused(authority):
    file = pair(authority)
    file.chmod(0o644)
    with pytest.raises(AdministrationError, match="others may read"):
        require_pair(file, file, wall_clock_ms())


def test_what_is_no_certificate_or_no_key_is_refused(authority, tmp_path):
    other = tmp_path / "other.pem"
    other.write_text("-----BEGIN NOTHING-----")
    other.chmod(0o600)
    file = pair(authority)
    with pytest.raises(AdministrationError, match="no certificate in PEM"):
        require_pair(other, file, wall_clock_ms())
    with pytest.raises(AdministrationError, match="no key in PEM"):
        require_pair(file, other, wall_clock_ms())
