"""The server over HTTP: the client's implementation of SyncPort, with enrolment and sign-in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

import msgspec

from sonar_core.bodies import UNREADABLE
from sonar_core.sync.browser_sign_in import (
    AskIssuer,
    Attempt,
    BrowserSignedIn,
    BrowserSignIn,
    IssuerSheet,
    RenewSession,
)
from sonar_core.sync.event_stream import BadEventError, split_events
from sonar_core.sync.frames import BadFrameError, Splitter, frame_of
from sonar_core.sync.healing import AskBuckets, AskSums, Report, Reported, Sums
from sonar_core.sync.looked import AskLooked, Looked
from sonar_core.sync.messages import (
    HEARTBEAT_SECONDS,
    PROTOCOL,
    BeginAnew,
    BegunAnew,
    End,
    Enrol,
    Enrolled,
    Frame,
    Hello,
    Hint,
    Hints,
    Manifests,
    Pull,
    Push,
    PushAnswer,
    Reconcile,
    Reconciled,
    SignedIn,
    SignIn,
    Snapshot,
    SnapshotStart,
    Watch,
)
from sonar_core.sync.roll import AskRoll, SignedRoll
from sonar_core.sync.versions import terms_with
from sonar_core.sync.wiping import AskOrder, Ordered, Parcel, ParcelReceipt
from sonar_desktop.sync.errors import (
    CutOffError,
    NoIssuerError,
    OldProtocolError,
    OldServerError,
    RubbishError,
)
from sonar_desktop.sync.transport import Signer, Transport, unpacked
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.ports import Clock

T = TypeVar("T")

SILENCE_SECONDS: Final = 2.5 * HEARTBEAT_SECONDS
"""A stream of hints that is silent for longer is taken for dead."""
_QUICK_MS: Final = 1000
"""An answer that took longer says too little of the server's clock."""


class ServerLink:
    """One server as this device speaks to it. Not thread-safe.

    The server's clock is learnt from `hello` and from every quick answer to a pull, so that a PC
    whose clock is wrong can still sign its requests and take the true time of what was done.
    """

    def __init__(self, transport: Transport, clock: Clock, signer: Signer | None) -> None:
        """Take the session, this PC's clock and the device's key; none before enrolment."""
        self._transport = transport
        self._clock = clock
        self._signer = signer
        self._protocol = PROTOCOL

    def hello(self) -> Hello:
        """Return versions, limits and clock.

        Raises OldProtocolError or OldServerError when the server takes nothing from this program.
        """
        asked_ms = self._clock.monotonic_ms()
        hello = _read(self._transport.get("/v1/sync/hello"), Hello)
        terms = terms_with(hello)
        if not terms.can_send:
            raise OldServerError if terms.is_server_older else OldProtocolError
        self._protocol = terms.protocol
        self._learn_clock(hello.server_ms, self._clock.monotonic_ms() - asked_ms)
        return hello

    def clock_error_ms(self) -> int:
        """Return how far this PC's clock is ahead of the server's, by its last word."""
        return self._clock.now_ms() - self._clock.server_ms()

    def server_ms(self) -> int:
        """Return the server's clock as this device estimates it."""
        return self._clock.server_ms()

    def push(self, push: Push) -> PushAnswer:
        """Send a batch; return its receipts."""
        return self._call("/v1/sync/push", push, PushAnswer)

    def pull(self, pull: Pull) -> Iterator[Frame]:
        """Yield the frames after the cursors; raise CutOffError when the stream has no End."""
        return self._frames("/v1/sync/pull", pull)

    def snapshot_start(self, start: SnapshotStart) -> Manifests:
        """Return what a scope holds."""
        return self._call("/v1/sync/snapshot/start", start, Manifests)

    def snapshot(self, request: Snapshot) -> Iterator[Frame]:
        """Yield the rows asked for; raise CutOffError when the stream has no End."""
        return self._frames("/v1/sync/snapshot", request)

    def reconcile(self, reconcile: Reconcile) -> Reconciled:
        """Return how far the server's logs and its copy of this device's chain still agree."""
        return self._call("/v1/sync/reconcile", reconcile, Reconciled)

    def hint_stream(self, known: Sequence[Hint]) -> Iterator[list[Hint]]:
        """Yield hints as they come, none for a sign of life; ends when the server ends it."""
        if self._signer is None:
            raise BugError("hints are only for an enrolled device")
        rest = b""
        for part in self._transport.events(
            "/v1/sync/hints/stream",
            self._encoded(_watch(known)),
            self._signer,
            self.server_ms(),
            SILENCE_SECONDS,
        ):
            try:
                hints, rest = split_events(rest + part)
            except BadEventError as error:
                raise RubbishError("bad_event") from error
            yield hints

    def hint_poll(self, known: Sequence[Hint]) -> tuple[Hint, ...]:
        """Wait for hints for a while; return those that came."""
        body = self._encoded(_watch(known))
        path = "/v1/sync/hints"
        answer = self._transport.post(path, body, self._signer, self.server_ms())
        return _read(answer, Hints).hints

    def abandon(self) -> None:
        """End, from any thread, what is under way; nothing is asked by this link again."""
        self._transport.abandon()

    def begin_anew(self, asked: BeginAnew) -> BegunAnew:
        """Return the incarnation of its own that this device is given."""
        return self._call("/v1/sync/incarnation", asked, BegunAnew)

    def bucket_sums(self, asked: AskSums) -> Sums:
        """Return what the server's rows of a scope add up to, bucket by bucket."""
        return self._call("/v1/sync/buckets", asked, Sums)

    def bucket_rows(self, asked: AskBuckets) -> Iterator[Frame]:
        """Yield the rows of some buckets; raise CutOffError when the stream has no End."""
        return self._frames("/v1/sync/buckets/rows", asked)

    def report(self, report: Report) -> Reported:
        """Tell the server what became of copies that differed."""
        return self._call("/v1/sync/incidents", report, Reported)

    def enrol(self, request: Enrol) -> Enrolled:
        """Give this PC its place on the server; raise CodeError for a code not accepted."""
        body = self._encoded(request)
        return _read(self._transport.post("/v1/devices/enrol", body, None, 0), Enrolled)

    def sign_in(self, username: str, password: str) -> SignedIn:
        """Return the person's signed lease; raise SignInError for a wrong name or password."""
        request = SignIn(protocol=PROTOCOL, username=username, password=password)
        return self._call("/v1/sessions", request, SignedIn)

    def issuer(self) -> IssuerSheet | None:
        """Return where people sign in by the browser; None where they use a password.

        Raises IssuerAwayError while the provider cannot be had.
        """
        try:
            return self._call("/v1/sessions/issuer", AskIssuer(protocol=PROTOCOL), IssuerSheet)
        except NoIssuerError:
            return None

    def sign_in_by_browser(self, code: str, attempt: Attempt) -> BrowserSignedIn:
        """Return the lease of whom the provider names; raise NotConfirmedError, NotLinkedError."""
        request = BrowserSignIn(
            protocol=PROTOCOL,
            code=code,
            verifier=attempt.verifier,
            nonce=attempt.nonce,
            redirect=attempt.redirect,
        )
        return self._call("/v1/sessions/browser", request, BrowserSignedIn)

    def renew_session(self, token: str) -> BrowserSignedIn:
        """Return a new lease and the next token; raise SessionEndedError."""
        request = RenewSession(protocol=PROTOCOL, token=token)
        return self._call("/v1/sessions/renew", request, BrowserSignedIn)

    def roll(self, users: Sequence[str]) -> SignedRoll:
        """Return the server's signed word on the accounts of these people."""
        request = AskRoll(protocol=PROTOCOL, users=tuple(users))
        return self._call("/v1/sessions/roll", request, SignedRoll)

    def looked(self, patient: str, user: str, lease_id: str) -> Looked:
        """Return who looked at a patient's record; raise RefusedError for a role that may not."""
        request = AskLooked(protocol=PROTOCOL, patient=patient, user=user, lease_id=lease_id)
        return self._call("/v1/records/looked", request, Looked)

    def order(self, waiting: int, oldest_ms: int | None, drafts: int) -> Ordered:
        """Tell what is not sent from here, and return what is to become of this PC."""
        request = AskOrder(protocol=PROTOCOL, waiting=waiting, oldest_ms=oldest_ms, drafts=drafts)
        return self._call("/v1/devices/order", request, Ordered)

    def parcel(self, parcel: Parcel) -> ParcelReceipt:
        """Hand in what this PC leaves; it is signed within."""
        body = self._encoded(parcel)
        return _read(self._transport.post("/v1/devices/parcel", body, None, 0), ParcelReceipt)

    def _call(self, path: str, message: Any, answer: type[T]) -> T:
        body = self._encoded(message)
        return _read(self._transport.post(path, body, self._signer, self.server_ms()), answer)

    def _frames(self, path: str, message: Any) -> Iterator[Frame]:
        if self._signer is None:
            raise BugError("rows are only for an enrolled device")
        body = self._encoded(message)
        splitter = Splitter()
        asked_ms = self._clock.monotonic_ms()
        for part in self._transport.stream(path, body, self._signer, self.server_ms()):
            try:
                for payload in splitter.payloads_with(part):
                    frame = frame_of(unpacked(payload))
                    if isinstance(frame, End):
                        spent_ms = self._clock.monotonic_ms() - asked_ms
                        if spent_ms <= _QUICK_MS:
                            self._learn_clock(frame.server_ms, spent_ms)
                    yield frame
                    if isinstance(frame, End):
                        return
            except BadFrameError as error:
                raise RubbishError("bad_frame") from error
        raise CutOffError

    def _encoded(self, message: Any) -> bytes:
        """Return a request in the protocol that was agreed on; the messages are the same in all."""
        return msgspec.msgpack.encode(msgspec.structs.replace(message, protocol=self._protocol))

    def _learn_clock(self, server_ms: int, spent_ms: int) -> None:
        self._clock.hear(server_ms + spent_ms // 2)


def _watch(known: Sequence[Hint]) -> Watch:
    return Watch(protocol=PROTOCOL, known=tuple(known))


def _read(body: bytes, answer: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(body, type=answer)
    except UNREADABLE as error:
        raise RubbishError("not_an_answer") from error
