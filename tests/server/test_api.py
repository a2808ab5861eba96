from __future__ import annotations

import gzip
import secrets
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
import requests
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sonar_core.ids import to_bytes
from sonar_core.sync.lease import opened
from sonar_core.sync.messages import (
    MAX_DECODED_BYTES,
    MEDIA_TYPE,
    PROTOCOL,
    Enrolled,
    Phase,
    Pull,
    Push,
    PushAnswer,
    Refusal,
    SignedIn,
    SignIn,
    SnapshotStart,
    Verdict,
)
from sonar_core.sync.rows import EMPTY_DIGEST, add
from sonar_server import administration
from sonar_server.central import Central, open_central
from sonar_server.keys import DeviceKey
from sonar_server.store import log, places
from sonar_server.store.database import Database
from tests.postgres import PASSWORD, BlankOrganisation
from tests.server.pc import HttpLink, Pc, enrolment, inflated, new_id, snapshot_of
from tests.server.serving import Serving

PUSH = "/v1/sync/push"


@pytest.fixture(scope="module")
def served(
    organisation: BlankOrganisation, central: Central, tmp_path_factory
) -> Iterator[Serving]:
    """One process over the organisation that the other tests share."""
    url = central.database.url
    serving = Serving(organisation, url, tmp_path_factory.mktemp("server"))
    yield serving
    serving.stop()


@pytest.fixture
def link(served: Serving, pc: Pc) -> HttpLink:
    return pc.over_http(served.address)


def refusal(answer: requests.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    told = msgspec.msgpack.decode(inflated(answer), type=Refusal)
    assert told.message
    assert told.server_ms > 0
    return answer.status_code, told.code


def test_anyone_may_ask_for_versions_limits_and_the_clock(link, central):
    said = link.hello()
    assert (said.protocol_min, said.protocol_max) == (PROTOCOL, PROTOCOL)
    assert said.server_id == central.organisation.server_id
    assert abs(said.server_ms - central.now_ms()) < 60_000


def test_a_push_over_http_is_answered_as_in_process(link, pc):
    patient, episode = pc.admitted()
    written = pc.wrote(patient, episode)
    receipts = pc.push(*written)
    assert [receipt.verdict for receipt in receipts] == [Verdict.APPLIED] * 2
    assert pc.push(*written) == receipts
    assert [row.body for row in pc.copy().rows] == [operation.payload for operation in written]


def test_a_long_tail_comes_compressed_in_frames_that_end_with_commits(link, pc):
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    for _ in range(3):
        notes = [pc.wrote(*(pc.note(episode) for _ in range(4))) for _ in range(100)]
        pc.push(*(operation for action in notes for operation in action))
    body = msgspec.msgpack.encode(Pull(protocol=PROTOCOL, cursors=(pc.cursor(),)))
    answer = link.send("/v1/sync/pull", body)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["Content-Encoding"] == "zstd"
    copy = pc.copy()
    assert len(copy.rows) == 1202
    assert copy.cursor.commit_no == 301


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
def test_a_push_may_come_compressed(link, pc, coding):
    patient, episode = pc.admitted()
    body = msgspec.msgpack.encode(pc.batch(*pc.wrote(patient, episode)))
    wire = zstandard.compress(body) if coding == "zstd" else gzip.compress(body)
    answer = link.send(PUSH, body, wire=wire, headers={"Content-Encoding": coding})
    told = msgspec.msgpack.decode(inflated(answer), type=PushAnswer)
    assert len(told.receipts) == 2


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
def test_a_bomb_is_refused_before_it_is_inflated(link, coding):
    bomb = bytes(100 * MAX_DECODED_BYTES // 8)
    wire = zstandard.compress(bomb) if coding == "zstd" else gzip.compress(bomb, 1)
    answer = link.send(PUSH, bomb[:9], wire=wire, headers={"Content-Encoding": coding})
    assert refusal(answer) == (413, "too_large")


def test_a_body_larger_than_agreed_is_refused(link):
    answer = link.send(PUSH, bytes(MAX_DECODED_BYTES + 1))
    assert refusal(answer) == (413, "too_large")


@pytest.mark.parametrize(
    "headers",
    [{"Content-Encoding": "br"}, {"Content-Encoding": "zstd"}, {"Content-Encoding": "gzip"}],
)
def test_a_body_that_cannot_be_inflated_is_refused(link, headers):
    assert refusal(link.send(PUSH, b"plain", headers=headers)) == (400, "bad_request")


@pytest.mark.parametrize(
    "body", [b"", b"<html>Sign in to the network</html>", b"\xc1", b"\x93" * 9000]
)
def test_a_body_that_is_no_message_is_refused_with_words(link, body):
    assert refusal(link.send(PUSH, body)) == (400, "bad_request")


def test_an_older_protocol_is_told_to_update(link, pc):
    old = msgspec.structs.replace(pc.batch(), protocol=0)
    answer = link.send(PUSH, msgspec.msgpack.encode(old))
    assert refusal(answer) == (426, "protocol_too_old")


def test_a_request_without_a_device_is_refused(link):
    answer = requests.post(link.address + PUSH, data=b"x", timeout=30)
    assert refusal(answer) == (401, "unknown_device")


def test_an_unknown_device_is_refused(link):
    assert refusal(link.send(PUSH, b"", device=new_id())) == (401, "unknown_device")


def test_a_signature_over_another_body_is_refused(link):
    assert refusal(link.send(PUSH, b"x", signed_body=b"y")) == (401, "bad_signature")


def test_a_signature_of_another_key_is_refused(link):
    other = HttpLink(link.address, link.device, Ed25519PrivateKey.generate())
    assert refusal(other.send(PUSH, b"x")) == (401, "bad_signature")


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_from_another_time_is_refused(link, central, minutes):
    answer = link.send(PUSH, b"x", ms=central.now_ms() + minutes * 60_000)
    assert refusal(answer) == (401, "clock")


def test_a_request_sent_twice_is_refused(link, pc):
    body, nonce = msgspec.msgpack.encode(pc.batch()), secrets.token_hex(16)
    assert link.send(PUSH, body, nonce=nonce).status_code == 200
    assert refusal(link.send(PUSH, body, nonce=nonce)) == (401, "replayed")


def test_a_device_taken_out_of_use_is_refused(link, central):
    done = central.database.run(
        lambda transaction: places.set_revoked(transaction, link.device, central.now_ms())
    )
    assert done
    assert refusal(link.send(PUSH, b"x")) == (403, "revoked")
    central.database.run(lambda transaction: places.set_revoked(transaction, link.device, None))
    assert refusal(link.send(PUSH, b"x"))[1] != "revoked"


def test_another_sites_scope_cannot_be_read(link, pc):
    pull = Pull(protocol=PROTOCOL, cursors=(pc.cursor(f"{new_id()}/clinical"),))
    answer = link.send("/v1/sync/pull", msgspec.msgpack.encode(pull))
    assert refusal(answer) == (403, "foreign_scope")


def test_a_cursor_of_another_server_is_refused(link, pc):
    cursor = msgspec.structs.replace(pc.cursor(), seq=7, commit_no=3)
    answer = link.send(
        "/v1/sync/pull", msgspec.msgpack.encode(Pull(protocol=PROTOCOL, cursors=(cursor,)))
    )
    assert refusal(answer) == (409, "cursor_unknown")


def test_a_fork_is_told_by_409(link, pc):
    patient, episode = pc.admitted()
    chain = pc.chain
    pc.push(*pc.wrote(patient))
    pc.chain = chain
    body = msgspec.msgpack.encode(pc.batch(*pc.wrote(episode)))
    assert refusal(link.send(PUSH, body)) == (409, "device_forked")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", PUSH, 405), ("GET", "/x", 404)])
def test_what_is_not_there_is_refused_in_the_same_form(link, method, path, status):
    answer = requests.request(method, link.address + path, timeout=30)
    assert refusal(answer) == (status, "bad_request")


def test_headers_above_16_kib_are_refused(link):
    answer = link.send(PUSH, b"x", headers={"X-Long": "a" * 17_000})
    assert answer.status_code == 431


def test_the_description_of_the_interface_is_served(link):
    told = requests.get(link.address + "/schema", timeout=30).json()
    calls = ("hello", "push", "pull", "snapshot/start", "snapshot", "reconcile", "incarnation")
    others = ("hints", "hints/stream", "buckets", "buckets/rows", "incidents")
    assert set(told["paths"]) == {
        *(f"/v1/sync/{call}" for call in (*calls, *others)),
        *(f"/v1/devices/{call}" for call in ("enrol", "order", "parcel")),
        "/v1/records/looked",
        "/v1/sessions",
        *(f"/v1/sessions/{call}" for call in ("issuer", "browser", "renew", "roll")),
    }
    assert "PushAnswer" in told["components"]["schemas"]


def test_a_pc_enrols_over_http_and_its_code_serves_once(served, central, site):
    key = Ed25519PrivateKey.generate()
    request = enrolment(administration.new_device_code(central, site), key)
    body = msgspec.msgpack.encode(request)
    answer = requests.post(served.address + "/v1/devices/enrol", data=body, timeout=30)
    told = msgspec.msgpack.decode(inflated(answer), type=Enrolled)
    assert (told.site, told.site_name) == (site.id, site.name)
    again = requests.post(served.address + "/v1/devices/enrol", data=body, timeout=30)
    assert refusal(again) == (410, "enrolment_code")


def test_a_person_signs_in_over_http_and_gets_a_lease_of_this_pc(link, pc, person, central):
    signed: SignedIn = link.call(
        "/v1/sessions",
        SignIn(protocol=PROTOCOL, username=person.username, password=PASSWORD),
        SignedIn,
    )
    public = pc.enrolled.lease_public
    lease = opened(
        signed.lease,
        signed.signature,
        public_key=public,
        verify=DeviceKey(public).verify,
        now_ms=central.now_ms(),
        device=link.device,
        user=person.user,
    )
    assert lease.not_after_ms - lease.issued_ms == 7 * 24 * 3_600_000


def test_a_wrong_password_is_refused_over_http(link, person):
    wrong = SignIn(protocol=PROTOCOL, username=person.username, password="wrong")
    answer = link.send("/v1/sessions", msgspec.msgpack.encode(wrong))
    assert refusal(answer) == (401, "sign_in")


def test_a_first_sync_over_http_brings_what_the_tail_brings(link, pc):
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode), *pc.wrote(pc.note(episode)))
    (manifest,) = link.snapshot_start(
        SnapshotStart(protocol=PROTOCOL, scopes=(pc.clinical,))
    ).manifests
    patients = tuple(holding.patient for holding in manifest.holdings)
    bodies = set()
    for phase in (Phase.BOARD, Phase.OTHER):
        asked = snapshot_of(pc.clinical, phase, *patients)
        *frames, _ = link.snapshot(asked)
        assert sum(frame.patients for frame in frames) == 1
        bodies |= {row.body for frame in frames for row in frame.rows}
    assert bodies == {row.body for row in pc.copy().rows}


def test_a_request_that_stops_in_the_middle_does_not_hold_up_others(served, link):
    host, port = served.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as half:
        half.sendall(b"POST /v1/sync/push HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc")
        assert link.hello().protocol_max == PROTOCOL


def test_a_killed_server_has_kept_whole_actions_only_and_goes_on_after_a_restart(
    organisation, tmp_path: Path
):
    url = organisation.copy()
    database = Database(url)
    try:
        _kill_amid_pushes(organisation, url, tmp_path, open_central(database, organisation.keys))
    finally:
        database.close()


def _kill_amid_pushes(
    organisation: BlankOrganisation, url: str, data: Path, central: Central
) -> None:
    site = administration.site_named(central, "Northfield")
    pcs = [
        Pc.enrolled_in_process(central, administration.new_device_code(central, site), new_id())
        for _ in range(4)
    ]
    serving = Serving(organisation, url, data)
    enough, answered = threading.Event(), Counter[str]()
    sent: dict[str, list[Push]] = {pc.enrolled.device: [] for pc in pcs}

    def work(pc: Pc) -> None:
        link = pc.over_http(serving.address)
        while True:
            push = pc.batch(*pc.wrote(*pc.admitted()))
            sent[pc.enrolled.device].append(push)
            try:
                link.push(push)
            except requests.RequestException:
                return
            answered[pc.enrolled.device] += 1
            if answered.total() >= 40:
                enough.set()

    def work_and_tell(pc: Pc) -> None:
        try:
            work(pc)
        finally:
            enough.set()

    with ThreadPoolExecutor(4, thread_name_prefix="pc") as threads:
        working = [threads.submit(work_and_tell, pc) for pc in pcs]
        assert enough.wait(30)
        serving.kill()
        for task in working:
            task.result()
    _assert_whole_actions(central, pcs[0])
    again = Serving(organisation, url, data)
    for pc in pcs:
        link = pc.over_http(again.address)
        for number, push in enumerate(sent[pc.enrolled.device]):
            verdicts = [receipt.verdict for receipt in link.push(push).receipts]
            assert verdicts == [Verdict.APPLIED] * 2, number
    total = sum(len(pushes) for pushes in sent.values())
    assert len(pcs[0].copy().rows) == 2 * total
    assert total >= 40
    again.stop()


def _assert_whole_actions(central: Central, pc: Pc) -> None:
    """Every operation with a verdict has its row and every row its operation, in whole commits."""
    scopes = [pc.territory.key_for("Patient")]
    head = central.database.run(lambda transaction: log.heads(transaction, scopes))[scopes[0]]
    page = central.database.run(
        lambda transaction: log.page_after(transaction, head.key, 0, 0, head.commit_no)
    )
    hashes = central.database.run(lambda transaction: [*log.row_hashes(transaction, head.key)])
    kept = central.database.run(
        lambda transaction: [*log.operations_without_rows(transaction, to_bytes(pc.enrolled.site))]
    )
    assert kept == []
    assert head.seq == len(hashes) == 2 * head.commit_no
    assert add(EMPTY_DIGEST, hashes) == head.digest
    assert [last for _, last, _ in page.commits] == list(range(2, head.seq + 1, 2))


def test_a_restart_keeps_state_and_the_log_holds_no_patient(organisation, tmp_path):
    url = organisation.copy()
    database = Database(url)
    central = open_central(database, organisation.keys)
    site = administration.site_named(central, "Northfield")
    pc = Pc.enrolled_in_process(central, administration.new_device_code(central, site), new_id())
    serving = Serving(organisation, url, tmp_path)
    pc.over_http(serving.address)
    patient, episode = pc.admitted()
    written = pc.wrote(patient, episode)
    receipts = pc.push(*written)
    before = pc.copy()
    logged = serving.stop()
    assert '"event": "pushed"' in logged
    assert patient.family not in logged
    again = Serving(organisation, url, tmp_path)
    pc.over_http(again.address)
    assert pc.push(*written) == receipts
    assert pc.copy() == before
    again.stop()
    database.close()
