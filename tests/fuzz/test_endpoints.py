"""Every endpoint of a real server is sent what no client sends; it answers each in its own words.

Signed as an enrolled PC signs, so that it reaches what lies behind the signature. `make fuzz` says
how much was tried and how it was answered.
"""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sonar_core.sync.browser_sign_in import AskIssuer, BrowserSignIn, RenewSession
from sonar_core.sync.healing import AskBuckets, AskSums, Report
from sonar_core.sync.looked import AskLooked
from sonar_core.sync.messages import (
    PROTOCOL,
    BeginAnew,
    Enrol,
    Pull,
    Push,
    Reconcile,
    Refusal,
    SignIn,
    Snapshot,
    SnapshotStart,
    Verdict,
    Watch,
)
from sonar_core.sync.roll import AskRoll
from sonar_core.sync.wiping import AskOrder, Parcel
from tests.fuzz.shapes import mangled, message_of
from tests.postgres import central, organisation, postgres
from tests.server.conftest import new_pc, password_hash, pc, person, site
from tests.server.pc import inflated
from tests.server.serving import Serving

__all__ = ["central", "new_pc", "organisation", "password_hash", "pc", "person", "postgres", "site"]

MESSAGES = {
    "/v1/sync/push": Push,
    "/v1/sync/pull": Pull,
    "/v1/sync/snapshot/start": SnapshotStart,
    "/v1/sync/snapshot": Snapshot,
    "/v1/sync/reconcile": Reconcile,
    "/v1/sync/incarnation": BeginAnew,
    "/v1/sync/buckets": AskSums,
    "/v1/sync/buckets/rows": AskBuckets,
    "/v1/sync/incidents": Report,
    "/v1/sync/hints": Watch,
    "/v1/sync/hints/stream": Watch,
    "/v1/devices/enrol": Enrol,
    "/v1/devices/order": AskOrder,
    "/v1/devices/parcel": Parcel,
    "/v1/sessions": SignIn,
    "/v1/sessions/issuer": AskIssuer,
    "/v1/sessions/browser": BrowserSignIn,
    "/v1/sessions/renew": RenewSession,
    "/v1/sessions/roll": AskRoll,
    "/v1/records/looked": AskLooked,
}
WAITS = frozenset({"/v1/sync/hints", "/v1/sync/hints/stream"})
"""What answers when there is news: nobody waits for it here."""
TRIED: Counter[tuple[str, str]] = Counter()


@pytest.fixture(scope="module")
def served(organisation, central, tmp_path_factory):
    server = Serving(organisation, central.database.url, tmp_path_factory.mktemp("served"))
    yield server
    log = server.stop()
    assert "Traceback" not in log
    for (path, how), count in sorted(TRIED.items()):
        print(f"{count:7} {path} {how}")
    print(f"{sum(TRIED.values()):7} in all")


def test_the_list_is_every_endpoint_that_is_served(served):
    schema = requests.get(f"{served.address}/schema/", timeout=30).json()
    posted = {path for path, methods in schema["paths"].items() if "post" in methods}
    assert posted == set(MESSAGES)


@pytest.mark.parametrize("path", MESSAGES)
def test_whatever_is_sent_is_answered_in_words(served, pc, new_pc, path):
    send_all(served, pc, new_pc(), path, 15, begun_by=0)


@pytest.mark.soak
@pytest.mark.parametrize("path", MESSAGES)
def test_a_thousand_of_each_are_answered_in_words(served, pc, new_pc, path):
    count = 100 if path in WAITS else 1000
    send_all(served, pc, new_pc(), path, count, begun_by=random.getrandbits(64))


def send_all(served, pc, other, path, count, begun_by):
    """Send so many bodies; then another PC's work goes on as ever."""
    link = pc.over_http(served.address)
    usual = {
        "protocol": PROTOCOL,
        "device": pc.territory.device,
        "site": pc.territory.site,
        "scope": pc.clinical,
        "user": pc.user,
        "incarnation": 1,
    }
    body = message_of(MESSAGES[path], usual)

    @seed(begun_by)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(body, mangled(body), st.binary(max_size=200)))
    def send(content):
        TRIED[path, said(link, path, content)] += 1

    send()
    patient, episode = other.admitted()
    receipts = other.push(*other.wrote(patient, episode))
    assert {receipt.verdict for receipt in receipts} == {Verdict.APPLIED}


def said(link, path, content):
    """Return how a body was answered: by its status and the code of the refusal."""
    try:
        answer = link.send(path, content, stream=path in WAITS, timeout=0.5)
    except requests.Timeout:
        return "waits"
    with answer:
        assert answer.status_code < 500, (path, answer.status_code, content)
        if answer.status_code == 200:
            return "200"
        told = msgspec.msgpack.decode(inflated(answer), type=Refusal)
        assert told.message
        return f"{answer.status_code} {told.code}"


def test_no_body_at_all_and_another_method_have_their_answers(served):
    for path in MESSAGES:
        assert requests.post(served.address + path, timeout=30).status_code in {400, 401}
        assert requests.get(served.address + path, timeout=30).status_code == 405
