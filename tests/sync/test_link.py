from __future__ import annotations

import gzip
import socket

import msgspec
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sonar_core.sync import versions
from sonar_core.sync.frames import frame_bytes
from sonar_core.sync.messages import (
    PROTOCOL,
    Cursor,
    End,
    Frame,
    Hello,
    Pull,
    Push,
    PushAnswer,
    Refusal,
    TailFrame,
    request_bytes,
)
from sonar_core.sync.versions import Spoken
from sonar_desktop.sync.errors import (
    AddressError,
    BusyError,
    CodeError,
    CutOffError,
    IssuerAwayError,
    NoIssuerError,
    NotConfirmedError,
    NotLinkedError,
    OfflineError,
    OldProtocolError,
    OldServerError,
    RefusedError,
    RubbishError,
    SessionEndedError,
    SignInError,
    StrangerError,
    TakenOutError,
    TooManyError,
    UnknownDeviceError,
)
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.usecases.server_time import ServerTime
from tests.sync.raw_server import RawServer, http

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUSH = Push(protocol=PROTOCOL, device="d", incarnation=1, operations=())
PULL = Pull(protocol=PROTOCOL, cursors=())
ANSWER = msgspec.msgpack.encode(PushAnswer(receipts=(), server_ms=1))


class FixedClock(ServerTime):
    def __init__(self) -> None:
        self.ms = 1_000_000

    def now_ms(self) -> int:
        return self.ms

    def monotonic_ms(self) -> int:
        return self.ms

    def zone(self) -> str:
        return "Europe/London"


@pytest.fixture
def serve():
    servers, transports = [], []

    def start(answer) -> ServerLink:
        server = RawServer(answer if callable(answer) else lambda _request: answer)
        servers.append(server)
        transport = Transport(server.address)
        transports.append(transport)
        link = ServerLink(transport, FixedClock(), Signer(device="d", sign=KEY.sign))
        link.requests = server.requests
        return link

    yield start
    for transport in transports:
        transport.close()
    for server in servers:
        server.close()


def hello(**changes) -> bytes:
    fields = {
        "protocol_min": 1,
        "protocol_max": 1,
        "schema_v": 1,
        "server_id": "s",
        "server_ms": 1_000_000,
    }
    return http(msgspec.msgpack.encode(Hello(**{**fields, **changes})))


def refusal(code: str, status: str = "403 Forbidden") -> bytes:
    return http(msgspec.msgpack.encode(Refusal(code=code, message="words")), status=status)


def test_a_server_that_is_not_there_means_offline():
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    transport = Transport(f"http://127.0.0.1:{port}")
    with pytest.raises(OfflineError) as caught:
        ServerLink(transport, FixedClock(), None).hello()
    assert "saved on this PC" in caught.value.user_message
    transport.close()


def test_a_connection_closed_without_an_answer_means_offline(serve):
    with pytest.raises(OfflineError):
        serve(b"").hello()


@pytest.mark.parametrize(
    ("status", "wait"), [("503 Busy", 7.0), ("429 Slow down", 7.0), ("502 Bad Gateway", 7.0)]
)
def test_a_busy_server_says_how_long_to_wait(serve, status, wait):
    with pytest.raises(BusyError) as caught:
        serve(http(b"<html>", status=status, kind="text/html", Retry_After="7")).push(PUSH)
    assert caught.value.wait_s == wait


def test_a_pc_that_asks_too_often_is_told_so_and_not_that_the_server_is_away(serve):
    with pytest.raises(TooManyError) as caught:
        serve(refusal("too_many", "429 Too Many Requests")).push(PUSH)
    assert "too often within a minute" in caught.value.user_message
    assert "Nothing was lost" in caught.value.user_message
    with pytest.raises(BusyError) as busy:
        serve(refusal("busy", "503 Service Unavailable")).push(PUSH)
    assert not isinstance(busy.value, TooManyError)
    assert "is busy" in busy.value.user_message


def test_a_busy_server_that_names_no_time(serve):
    with pytest.raises(BusyError) as caught:
        serve(http(b"", status="503 Busy", Retry_After="Wed, 21 Oct 2026")).push(PUSH)
    assert caught.value.wait_s is None


def test_the_sign_in_page_of_a_network_is_not_taken_for_the_server(serve):
    with pytest.raises(RubbishError) as caught:
        serve(http(b"<html>Welcome to Wi-Fi</html>", kind="text/html")).hello()
    assert "sign-in page" in caught.value.user_message
    assert isinstance(caught.value, StrangerError)


def test_a_redirect_is_not_followed(serve):
    link = serve(http(b"", status="302 Found", kind="text/html", Location="http://127.0.0.1:9/"))
    with pytest.raises(RubbishError):
        link.hello()


def test_an_error_page_of_a_proxy_is_rubbish(serve):
    with pytest.raises(RubbishError):
        serve(http(b"<html>", status="404 Not Found", kind="text/html")).push(PUSH)


@pytest.mark.parametrize("body", [b"\xff", b"\x81\xa1x" + b"\x91" * 20_000])
def test_a_refusal_that_cannot_be_read_is_rubbish(serve, body):
    with pytest.raises(RubbishError):
        serve(http(body, status="400 Bad Request")).push(PUSH)


def test_an_answer_that_cannot_be_read_is_rubbish(serve):
    with pytest.raises(RubbishError):
        serve(http(b"\xc1 rubbish")).push(PUSH)


def test_half_an_answer_says_it_was_cut_off(serve):
    with pytest.raises(CutOffError) as caught:
        serve(http(ANSWER[:-1], length=len(ANSWER))).push(PUSH)
    assert "cut off" in caught.value.user_message


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("unknown_device", UnknownDeviceError),
        ("bad_signature", UnknownDeviceError),
        ("revoked", TakenOutError),
        ("protocol_too_old", OldProtocolError),
        ("protocol_too_new", OldServerError),
        ("sign_in", SignInError),
        ("enrolment_code", CodeError),
        ("no_issuer", NoIssuerError),
        ("issuer_away", IssuerAwayError),
        ("issuer_refused", NotConfirmedError),
        ("not_linked", NotLinkedError),
        ("session_ended", SessionEndedError),
        ("something_new", RefusedError),
    ],
)
def test_each_refusal_has_its_own_words(serve, code, error):
    with pytest.raises(error) as caught:
        serve(refusal(code)).push(PUSH)
    assert caught.value.code == code
    assert caught.value.user_message.endswith((".", "”."))


def test_where_people_use_a_password_there_is_no_issuer(serve):
    assert serve(refusal("no_issuer")).issuer() is None


def test_an_unknown_refusal_names_its_word_for_it(serve):
    with pytest.raises(RefusedError, match=r"^$") as caught:
        serve(refusal("something_new")).push(PUSH)
    assert "“something_new”" in caught.value.user_message


def test_who_must_be_updated_is_told_apart(serve, monkeypatch):
    with pytest.raises(OldProtocolError) as caught:
        serve(hello(protocol_min=2, protocol_max=3)).hello()
    assert "Tell IT that this PC needs the update" in caught.value.user_message
    assert "saved on this PC" in caught.value.user_message
    monkeypatch.setattr(versions, "SPOKEN", Spoken(oldest=3, newest=5, oldest_push=1))
    with pytest.raises(OldServerError) as behind:
        serve(hello(protocol_max=2)).hello()
    assert "Tell IT that the server needs the update" in behind.value.user_message
    assert "saved on this PC" in behind.value.user_message


def test_every_request_is_made_in_the_newest_protocol_that_both_know(serve, monkeypatch):
    monkeypatch.setattr(versions, "SPOKEN", Spoken(oldest=3, newest=6, oldest_push=1))

    def answer(request: bytes) -> bytes:
        if b"GET" in request:
            return hello(protocol_min=2, protocol_max=4)
        return http(ANSWER if b"/push" in request else frame_bytes(End(heads=(), server_ms=3)))

    link = serve(answer)
    link.hello()
    link.push(PUSH)
    list(link.pull(PULL))
    said = [request.rpartition(b"\r\n\r\n")[2] for request in link.requests[1:]]
    assert [msgspec.msgpack.decode(body)["protocol"] for body in said] == [4, 4]


def test_a_server_that_only_takes_entries_from_this_program_is_greeted(serve):
    said = serve(hello(protocol_min=2, protocol_max=3, push_protocol_min=1)).hello()
    assert said.push_protocol_min == 1


def test_a_quick_answer_to_a_pull_tells_the_servers_clock_too(serve, monkeypatch):
    stream = frame_bytes(End(heads=(), server_ms=61_000_000))
    link = serve(http(stream))
    list(link.pull(PULL))
    assert link.clock_error_ms() == -60_000_000

    late = serve(http(stream))
    times = iter([0, 1_001])
    monkeypatch.setattr(FixedClock, "monotonic_ms", lambda _self: next(times))
    list(late.pull(PULL))
    assert late.clock_error_ms() == 0, "who knows when it was written"


def test_a_wrong_clock_is_measured_and_does_not_stop_a_request(serve):
    def answer(request: bytes) -> bytes:
        return hello(server_ms=61_000_000) if b"GET" in request else http(ANSWER)

    link = serve(answer)
    link.hello()
    assert link.clock_error_ms() == -60_000_000
    link.push(PUSH)
    authorisation = link.requests[1].split(b"uthorization: ")[1].split(b"\r\n")[0].decode()
    parts = dict(part.split("=") for part in authorisation.removeprefix("Sonar-Device ").split(","))
    assert parts["ms"] == "61000000"
    signed = request_bytes(
        "POST", "/v1/sync/push", msgspec.msgpack.encode(PUSH), 61_000_000, parts["nonce"]
    )
    KEY.public_key().verify(bytes.fromhex(parts["sig"]), signed)


@pytest.mark.parametrize(
    ("coding", "pack"), [("zstd", zstandard.compress), ("gzip", gzip.compress)]
)
def test_compressed_answers_are_read(serve, coding, pack):
    link = serve(http(pack(ANSWER), Content_Encoding=coding))
    assert link.push(PUSH).server_ms == 1


@pytest.mark.parametrize(
    ("coding", "pack"), [("zstd", zstandard.compress), ("gzip", gzip.compress)]
)
def test_a_bomb_is_refused_before_it_is_inflated_whole(serve, coding, pack):
    with pytest.raises(RubbishError) as caught:
        serve(http(pack(bytes(64 * 1024 * 1024)), Content_Encoding=coding)).push(PUSH)
    assert caught.value.what == "too_large"


def test_a_bomb_in_a_refusal_is_refused_too(serve):
    bomb = zstandard.compress(bytes(64 * 1024 * 1024))
    link = serve(http(bomb, status="403 Forbidden", Content_Encoding="zstd"))
    with pytest.raises(RubbishError) as caught:
        link.push(PUSH)
    assert caught.value.what == "too_large"


@pytest.mark.parametrize("coding", ["zstd", "gzip", "br"])
def test_a_body_that_does_not_inflate_is_rubbish(serve, coding):
    with pytest.raises(RubbishError):
        serve(http(b"not compressed at all", Content_Encoding=coding)).push(PUSH)


def test_a_large_request_is_compressed(serve):
    link = serve(http(ANSWER))
    link.push(msgspec.structs.replace(PUSH, device="d" * 5000))
    assert b"Content-Encoding: zstd" in link.requests[0]
    assert len(link.requests[0]) < 1500


def test_frames_are_yielded_until_the_end(serve):
    end = End(heads=(), server_ms=3)
    assert list(serve(http(frame_bytes(end))).pull(PULL)) == [end]


def test_a_stream_without_an_end_was_cut_off(serve):
    with pytest.raises(CutOffError):
        list(serve(http(b"")).pull(PULL))


@pytest.mark.parametrize("keep", range(0, 60, 7))
def test_a_stream_cut_inside_a_frame_was_cut_off(serve, keep):
    whole = frame_bytes(End(heads=(), server_ms=3))
    with pytest.raises(CutOffError):
        list(serve(http(whole[: min(keep, len(whole) - 1)])).pull(PULL))


def test_a_frame_that_does_not_match_its_hash_is_rubbish(serve):
    whole = bytearray(frame_bytes(End(heads=(), server_ms=3)))
    whole[-1] ^= 1
    with pytest.raises(RubbishError):
        list(serve(http(bytes(whole))).pull(PULL))


def packed(frame: Frame) -> bytes:
    return frame_bytes(frame, zstandard.compress)


def test_frames_that_are_packed_one_by_one_are_read(serve):
    tail = TailFrame(rows=[], cursor=Cursor(scope="s", epoch=1, seq=0, commit_no=0, chain=b""))
    end = End(heads=(), server_ms=3)
    link = serve(http(packed(tail) + frame_bytes(end)))
    assert list(link.pull(PULL)) == [tail, end]
    assert b"frames=zstd" in link.requests[0]


def unsized(payload: bytes) -> bytes:
    compressor = zstandard.ZstdCompressor(write_content_size=False)
    return compressor.compress(payload)


def lying(payload: bytes) -> bytes:
    """Packed with a head that names less than is inside."""
    wire = bytearray(zstandard.compress(payload + bytes(200)))
    assert wire[4] == 0x20  # one byte of size follows
    wire[5] = 10
    return bytes(wire)


@pytest.mark.parametrize(
    "packing",
    [
        lambda payload: zstandard.compress(payload)[:-1],
        lambda payload: zstandard.compress(bytes(64 * 1024 * 1024)),
        lambda payload: zstandard.compress(payload)[:4],
        unsized,
        lying,
    ],
    ids=["cut", "bomb", "head", "unsized", "lying"],
)
def test_a_packed_frame_that_is_damaged_or_a_bomb_is_rubbish(serve, packing):
    whole = frame_bytes(End(heads=(), server_ms=3), packing)
    with pytest.raises(RubbishError):
        list(serve(http(whole)).pull(PULL))


@pytest.mark.parametrize(
    "address",
    ["", "server", "http://server.example", "ftp://server.example", "https://", "https://a?b=c"],
)
def test_only_an_encrypted_address_is_used(address):
    with pytest.raises(AddressError):
        Transport(address)


@pytest.mark.parametrize("address", ["https://server.example/", "http://127.0.0.1:8000"])
def test_an_encrypted_address_or_this_machine_is_used(address):
    Transport(address).close()
