"""Whatever answers in the server's place is said in the sync panel, and every entry stays."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.messages import Hello, PushAnswer, Refusal
from sonar_desktop.sync.errors import (
    CutOffError,
    OldProtocolError,
    RubbishError,
    StrangerError,
    TakenOutError,
    UnknownDeviceError,
)
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.sync.worker import SyncWorker
from sonar_desktop.ui.screens.sync_panel import SyncPanel
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.usecases.sync_ports import SyncState
from tests.security.conftest import read_aloud
from tests.sync.raw_server import RawServer, http
from tests.ui.conftest import DEVICE, Seed

HELLO = http(
    msgspec.msgpack.encode(
        Hello(protocol_min=1, protocol_max=1, schema_v=1, server_id="s", server_ms=1)
    )
)
ANSWER = msgspec.msgpack.encode(PushAnswer(receipts=(), server_ms=1))
NOT_ENROLLED = msgspec.msgpack.encode(Refusal(code="unknown_device", message="", server_ms=1))
TAKEN_OUT = msgspec.msgpack.encode(Refusal(code="revoked", message="", server_ms=1))


@pytest.fixture
def server():
    """Says hello as it should, and to everything else what the test puts into `answer`."""
    made = RawServer(lambda request: HELLO if b"/hello" in request[:60] else made.answer)
    made.answer = b""
    yield made
    made.close()


@pytest.fixture
def worker(enrolled, server):
    """The program's exchange with whatever stands at the server's address."""
    transport = Transport(server.address)
    signer = Signer(device=DEVICE, sign=enrolled.open.identity.sign)
    made = SyncWorker(
        link=ServerLink(transport, enrolled.premises.clock, signer),
        store=enrolled.open.opened.sync,
        clock=enrolled.premises.clock,
        on_status=enrolled.background.tell_sync_status,
        on_changed=enrolled.background.tell_changed,
    )
    yield made
    transport.close()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (http(b"\xc1\xff rubbish"), RubbishError("x").user_message),
        (http(b"<html>Welcome</html>", kind="text/html"), StrangerError("x").user_message),
        (
            http(b"<html>", kind="text/html", status="404 Not Found"),
            StrangerError("x").user_message,
        ),
        (http(ANSWER[:-3], length=len(ANSWER)), CutOffError().user_message),
        (
            http(
                msgspec.msgpack.encode(Refusal(code="protocol_too_old", message="", server_ms=1)),
                status="426 Upgrade Required",
            ),
            OldProtocolError().user_message,
        ),
        (
            http(NOT_ENROLLED, status="401 Unauthorized"),
            UnknownDeviceError("unknown_device").user_message,
        ),
        (http(TAKEN_OUT, status="403 Forbidden"), TakenOutError().user_message),
        # Everything is well but that no operation is named: nothing may leave the outbox.
        (http(ANSWER), RubbishError("x").user_message),
    ],
    ids=[
        "rubbish",
        "html",
        "html error",
        "half a body",
        "old protocol",
        "unknown",
        "taken out",
        "no receipts",
    ],
)
def test_what_the_server_answers_wrongly_is_said_and_nothing_leaves_this_pc(
    qtbot, enrolled, hand_clock, server, worker, light, answer, sentence
):
    Seed(desk=enrolled.workplace.desk, clock=hand_clock).admit("M4")
    store = enrolled.open.opened.sync
    waiting = store.waiting()
    assert waiting.operations >= 4
    model = SyncModel(enrolled)
    panel = SyncPanel(model)
    qtbot.addWidget(panel)
    panel.show()
    server.answer = answer
    worker.exchange_once()
    qtbot.waitUntil(lambda: model.status is not None and model.status.state is SyncState.BLOCKED)
    said = read_aloud(panel)
    assert "Sending has stopped" in said
    assert sentence in said
    assert model.strip.text == sentence
    assert model.pill.detail == f"{waiting.entries} waiting, safe on this PC"
    assert store.waiting() == waiting


def test_a_server_of_another_protocol_is_known_by_its_hello(
    qtbot, enrolled, hand_clock, server, worker, monkeypatch
):
    old = Hello(protocol_min=7, protocol_max=9, schema_v=1, server_id="s", server_ms=1)
    monkeypatch.setitem(globals(), "HELLO", http(msgspec.msgpack.encode(old)))
    worker.exchange_once()
    qtbot.waitUntil(lambda: enrolled.background.latest_status is not None)
    assert enrolled.background.latest_status.problem == OldProtocolError().user_message
