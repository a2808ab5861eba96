"""Against a real TLS server: who cannot prove to be ours gets not a byte, and is told why."""

from __future__ import annotations

import datetime as dt

import pytest

from sonar_desktop.sync.errors import (
    AuthorityFileError,
    CertificateError,
    ExpiredError,
    OfflineError,
    UnknownAuthorityError,
    WrongNameError,
)
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.sync.worker import SyncWorker
from sonar_desktop.usecases.sync_ports import SyncState
from tests.sync.raw_server import RawServer
from tests.sync.test_link import ANSWER, KEY, PUSH, FixedClock, hello, http
from tests.sync.test_worker import EmptyStore
from tests.sync.tls_server import HOUR, Authority, TlsServer


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("trusted"), "organisation")


@pytest.fixture
def link_to():
    """Returns a function that links a PC which trusts a file to a server; `.requests` it got."""
    opened = []

    def link(server, trusted) -> ServerLink:
        transport = Transport(server.address, verify=trusted)
        opened.extend((transport, server))
        made = ServerLink(transport, FixedClock(), Signer(device="d", sign=KEY.sign))
        made.requests = server.requests
        return made

    yield link
    for one in opened:
        one.close()


def answering(context) -> TlsServer:
    return TlsServer(lambda _request: http(ANSWER), context)


def test_a_server_of_the_organisation_s_authority_is_spoken_to(link_to, authority):
    link = link_to(answering(authority.vouch()), str(authority.file))
    assert link.push(PUSH).server_ms == 1
    assert len(link.requests) == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ("another authority", UnknownAuthorityError),
        ("one of the same name", UnknownAuthorityError),
        ("no authority of ours", UnknownAuthorityError),
        ("another address", WrongNameError),
        ("run out", ExpiredError),
        ("no such file", AuthorityFileError),
    ],
)
def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    link_to, authority, tmp_path, wrong, error
):
    trusted: str | bool = str(authority.file)
    context = authority.vouch()
    if wrong == "another authority":
        context = Authority(tmp_path, "somebody").vouch()
    elif wrong == "one of the same name":
        context = Authority(tmp_path, "organisation").vouch()
    elif wrong == "no authority of ours":
        trusted = True
    elif wrong == "another address":
        context = authority.vouch(address="127.0.0.2")
    elif wrong == "run out":
        context = authority.vouch(ends_in=-HOUR)
    else:
        trusted = str(tmp_path / "none.pem")
    link = link_to(answering(context), trusted)
    with pytest.raises(error) as caught:
        link.push(PUSH)
    assert type(caught.value) is error
    assert "Nothing was lost" in caught.value.user_message
    assert link.requests == []


def test_each_reason_has_its_own_sentence():
    errors = (
        CertificateError,
        UnknownAuthorityError,
        WrongNameError,
        ExpiredError,
        AuthorityFileError,
    )
    assert len({error().user_message for error in errors}) == len(errors)


class InClear(RawServer):
    """Speaks first, and not TLS."""

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            connection.sendall(http(ANSWER))
            self.requests.append(connection.recv(65536))


def test_a_server_that_speaks_no_tls_is_not_spoken_to_in_clear(link_to):
    server = InClear(lambda _request: b"")
    server.address = server.address.replace("http:", "https:")
    link = link_to(server, True)
    with pytest.raises(OfflineError):
        link.push(PUSH)
    assert all(b"HTTP" not in request for request in link.requests)


def test_sending_stops_with_the_reason_and_goes_on_when_it_is_put_right(
    link_to, authority, tmp_path
):
    told = []

    def worker(link) -> SyncWorker:
        return SyncWorker(
            link=link,
            store=EmptyStore(),
            clock=FixedClock(),
            on_status=told.append,
            on_changed=lambda _changed: None,
        )

    def greeting(context) -> TlsServer:
        return TlsServer(lambda _request: hello(), context)

    run_out = greeting(authority.vouch(ends_in=-dt.timedelta(minutes=1)))
    worker(link_to(run_out, str(authority.file))).exchange_once()
    assert told[-1].state is SyncState.BLOCKED
    assert told[-1].problem == ExpiredError().user_message
    renewed = link_to(greeting(authority.vouch()), str(authority.file))
    assert renewed.hello().server_id == "s"
