"""Everything that reads bytes it did not just write, each driven by atheris along its branches.

Run as `python -m tests.fuzz.decoders NAME RUNS`, in a process of its own for each, as `make fuzz`
does. Whatever a decoder does not say in its own words, or says wrongly, ends the process.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sonar_core", "sonar_desktop"]):
    import msgspec

    from sonar_core import bodies
    from sonar_core.moments import moment_at, wall_date
    from sonar_core.records.registry import REGISTRY
    from sonar_core.sync import lease, recovered, roll, wiping
    from sonar_core.sync.frames import BadFrameError, frame_bytes, frame_of, split_frames
    from sonar_core.sync.messages import End
    from sonar_core.sync.operations import (
        DamagedOperationError,
        Edit,
        Operation,
        body_of,
        edit_of,
        header_of,
    )
    from sonar_core.typed_time import read_date, read_due_time, read_time
    from sonar_desktop.platform.door_plate import FILE, read_plate
    from sonar_desktop.platform.window_place import FILE as PLACE
    from sonar_desktop.platform.window_place import read_place
    from sonar_desktop.ui.viewmodels.alarms import decode_alarms
    from sonar_desktop.vault import envelope, keybag
    from sonar_desktop.vault.errors import (
        CodeMistyped,
        KeybagDamaged,
        KeybagFromNewerVersion,
        PolicyRefused,
    )
    from sonar_desktop.vault.journal_segment import (
        MAGIC,
        Record,
        Sealing,
        SegmentDamagedError,
        SegmentHead,
        head_of,
        is_barely_begun,
        segment_of,
    )
    from sonar_desktop.vault.keys import SecretBox, Wrapped
    from sonar_desktop.vault.policy import FILE_NAME, read_policy
    from sonar_desktop.vault.recovery import RecoverySlot

NOW_MS = 1_794_666_720_000
ZONE = "Europe/London"
KINDS = [kind.type for kind in REGISTRY.values()]


def keybag_file(data: bytes) -> None:
    """Half of what is tried has the right sum, so that what is behind it is reached."""
    if data[:1] < b"\x80":
        outer = {"v": 1, "sum": hashlib.sha256(data[1:]).hexdigest()}
        data = msgspec.json.encode(outer)[:-1] + b',"bag":' + data[1:] + b"}"
    try:
        bag = keybag.decoded(data)
    except (KeybagDamaged, KeybagFromNewerVersion):
        return
    assert keybag.decoded(keybag.encoded(bag)) == bag


def segment_raw(data: bytes) -> None:
    is_barely_begun(data)
    for content in (data, MAGIC + data, MAGIC + len(data).to_bytes(4) + data):
        try:
            head_of(content)
            segment_of(content, SecretBox(bytearray(32)))
        except SegmentDamagedError:
            continue


ACTIONS = tuple((Operation(b"h%d" % number, b"p", b"s"),) for number in range(4))


def _genuine() -> bytes:
    head = SegmentHead(
        device="d",
        number=3,
        wrapped=Wrapped(nonce=bytes(12), ct=bytes(48)),
        recovery=RecoverySlot(key="k", ct=bytes(80)),
    )
    sealing = Sealing(head, SecretBox(bytearray(32)))
    return sealing.opening + b"".join(
        sealing.sealed(Record(operations)) + sealing.sealed(Record()) for operations in ACTIONS
    )


def segment_altered(content: bytes) -> None:
    """Of a true segment that was cut, doubled or written over, a true beginning is read."""
    try:
        kept = segment_of(content, SecretBox(bytearray(32)))
    except SegmentDamagedError:
        return
    read = tuple(action.operations for action in kept.actions)
    assert read == ACTIONS[: len(read)]


def altered(data: bytes, seeds: tuple[bytes, ...]) -> bytes:
    """Return one of the seeds cut, doubled and written over, as the data say.

    What is read in C shows atheris no branch to follow: there it would never come near a true file.
    """
    given = atheris.FuzzedDataProvider(data)
    content = bytearray(seeds[given.ConsumeIntInRange(0, len(seeds) - 1)])
    for _ in range(given.ConsumeIntInRange(0, 4)):
        at = given.ConsumeIntInRange(0, len(content))
        content[at : at + given.ConsumeIntInRange(0, 40)] = given.ConsumeBytes(12)
    return bytes(content)


def signed_words(data: bytes) -> None:
    """Lease, roll and order whose signature is true: all that stands before an insider."""

    def yes(_message: bytes, _signature: bytes) -> bool:
        return True

    with suppress(lease.LeaseError):
        lease.opened(data, b"", public_key=b"", verify=yes, now_ms=NOW_MS, device="d", user="u")
    with suppress(roll.RollError):
        roll.opened(roll.SignedRoll(roll=data, signature=b""), verify=yes, device="d")
    with suppress(wiping.OrderError):
        wiping.opened(wiping.SignedOrder(order=data, signature=b""), verify=yes, device="d")


def operation(data: bytes) -> None:
    one = Operation(data, data, b"")
    for read in (header_of, edit_of, body_of):
        try:
            read(one)
        except DamagedOperationError:
            continue


def body(data: bytes) -> None:
    for kind in (*KINDS, Edit):
        try:
            bodies.decode(data, kind)
        except bodies.BodyError:
            continue
    try:
        fields = bodies.fields_of(data)
        bodies.encode(fields)
    except bodies.BodyError:
        return


def frames(data: bytes) -> None:
    with suppress(BadFrameError):
        for payload in split_frames(data).payloads:
            frame_of(payload)
    with suppress(BadFrameError):
        frame_of(data)


def recovered_file(data: bytes) -> None:
    try:
        found = recovered.decoded(data)
    except recovered.RecoveredDamagedError:
        return
    assert recovered.decoded(recovered.encoded(found)) == found


def code(data: bytes) -> None:
    text = data.decode("utf-8", "ignore")
    try:
        read = envelope.read_code(text)
    except CodeMistyped:
        return
    assert len(read.exposed()) == envelope.CODE_BYTES


def typed(data: bytes) -> None:
    text = data.decode("utf-8", "ignore")
    read_time(text, now_ms=NOW_MS, zone=ZONE)
    read_due_time(text, now_ms=NOW_MS, zone=ZONE)
    read_date(text, wall_date(moment_at(NOW_MS, ZONE)))


def plain_files(data: bytes) -> None:
    decode_alarms(data)
    for name in (FILE, PLACE, FILE_NAME):
        (FOLDER / name).write_bytes(data)
    read_plate(FOLDER)
    read_place(FOLDER)
    with suppress(PolicyRefused):
        read_policy([FOLDER / FILE_NAME])


GENUINE = _genuine()
FOLDER = Path(tempfile.mkdtemp(prefix="sonar-fuzz-"))
CORPUS = Path(tempfile.mkdtemp(prefix="sonar-corpus-"))
GOLDEN = Path(__file__).parents[1] / "vault" / "golden"
TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one
    for one in (
        keybag_file,
        segment_raw,
        segment_altered,
        signed_words,
        operation,
        body,
        frames,
        recovered_file,
        code,
        typed,
        plain_files,
    )
}


DEEP = b'{"x":' + b"[" * 20_000
"""Nested deeper than any reader follows; JSON, TOML behind a name, and MessagePack."""
LEASE = lease.canonical(
    lease.Lease(
        lease_id="l",
        device="d",
        user="u",
        name="R Okafor",
        role="nurse",
        sites=("s",),
        issued_ms=NOW_MS,
        not_after_ms=NOW_MS + 1,
        cred_gen=1,
        signed_by="k",
        policy={"minutes": 2},
    )
)
SEEDS: dict[str, tuple[bytes, ...]] = {
    "keybag_file": ((GOLDEN / "keybag.json").read_bytes(), DEEP, b"\x01" + DEEP),
    "segment_raw": (GENUINE, DEEP),
    "segment_altered": (GENUINE,),
    "signed_words": (
        LEASE,
        roll.canonical(
            roll.Roll(
                device="d",
                issued_ms=NOW_MS,
                people=(roll.OnRoll(user="u", cred_gen=1, is_open=True),),
            )
        ),
        DEEP,
    ),
    "operation": (LEASE, b'{"base":1,"groups":{"g":{"f":[1,2]}}}', DEEP),
    "body": (LEASE, b'{"id":"x","family":"B","aliases":["a"],"birth_date":"1990-01-01"}', DEEP),
    "frames": (frame_bytes(End(heads=(), server_ms=NOW_MS)), b"\x91" * 20_000),
    "recovered_file": (
        recovered.encoded(recovered.RecoveredEntries(device="d", operations=ACTIONS[0])),
        b"\x91" * 20_000,
    ),
    "code": (b"0000-0000-0000-0000-0000-0000-0000", b"oil o1l"),
    "typed": (b"14:32", b"1432", b"+30", b"14-Nov-2026 14:32", b"in 2h"),
    "plain_files": (
        b'[{"x":' + b"[" * 20_000,
        b'device_secret = "file"\nserver_ca = "ca.pem"\n',
        b'{"site_name":"N","pc_name":"P","zone":"Europe/London"}',
        b"x = " + b"[" * 20_000,
        DEEP,
    ),
}


def main(name: str = "", runs: str = "") -> None:
    """Try a decoder so many times; the process ends with 77 and the bytes at the first fault.

    Without a name, print all of them.
    """
    if not name:
        print(*TARGETS)
        return
    for number, seed in enumerate(SEEDS[name]):
        (CORPUS / str(number)).write_bytes(seed)
    options = [f"-runs={runs}", "-max_len=32768", "-print_final_stats=1"]
    target, seeds = TARGETS[name], SEEDS[name]

    def try_both(data: bytes) -> None:
        target(data)
        target(altered(data, seeds))

    atheris.Setup([sys.argv[0], *options, str(CORPUS)], try_both)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
