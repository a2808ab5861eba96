"""A real OpenID Connect provider in a process of its own: oidc-provider-mock, of PyPI."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import requests

from sonar_core.sync.browser_sign_in import Attempt, IssuerSheet, browser_address
from sonar_server.issuer import Issuer


def issuer_at(address: str, **more: object) -> Issuer:
    return Issuer(issuer=address, name="Health board", client="sonar", **more)  # type: ignore[arg-type]


@contextmanager
def identity_provider(*options: str) -> Iterator[str]:
    """Its address on loopback, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen(
        [*command, *options], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "running on" in line.lower():
                break
        else:
            raise AssertionError("".join(said))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def signed_in(sheet: IssuerSheet, attempt: Attempt, subject: str) -> str:
    """What the browser brings back when this person has signed in there: path and query."""
    answer = requests.post(
        browser_address(sheet, attempt), data={"sub": subject}, allow_redirects=False, timeout=30
    )
    assert answer.status_code == 302, answer.text
    place = urlsplit(answer.headers["Location"])
    assert parse_qs(place.query)["state"] == [attempt.state]
    return f"{place.path}?{place.query}"
