"""Reading an export and following its chains, some hundred entries at a time.

Signatures are checked by libsodium on every core, since it needs no interpreter. Nothing here
opens anything but the file it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import Final

import msgspec
from nacl.bindings import crypto_sign_BYTES, crypto_sign_open, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError

from sonar_core.audit.chains import Chain, Fault, Followed, signed_message
from sonar_core.audit.export import (
    VERSION,
    AnchorLine,
    ChainHead,
    DeviceKeys,
    Entry,
    ExportEnd,
    ExportHead,
    Line,
    PublicKeys,
)
from sonar_core.bodies import UNREADABLE
from sonar_core.sync.anchors import Countersigned
from sonar_core.sync.fingerprint import device_fingerprint

AT_ONCE: Final = 1024

_lines: Final[msgspec.json.Decoder[Line]] = msgspec.json.Decoder(Line)


class ExportError(Exception):
    """The file is no export, or not a whole one; the message says which, in plain words."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found: each chain with its head, and the PCs of which the export has no chain."""

    head: ExportHead
    chains: list[tuple[ChainHead, Followed]]
    absent: list[DeviceKeys]

    @property
    def entries(self) -> int:
        """Return how many entries the export has."""
        return sum(followed.entries for _, followed in self.chains)

    @property
    def is_clean(self) -> bool:
        """Return whether nothing was found."""
        return not any(followed.findings for _, followed in self.chains)


@dataclass
class _Lines:
    """The lines of an export, one ahead."""

    raw: Iterator[bytes]
    number: int = 0
    ahead: Line | None = field(default=None)

    def next(self) -> Line:
        """Return the next line; raise ExportError for what is none, and at the end of the file."""
        if self.ahead is not None:
            found, self.ahead = self.ahead, None
            return found
        self.number += 1
        try:
            return _lines.decode(next(self.raw))
        except StopIteration:
            raise ExportError("the export ends in its middle: the file was cut off") from None
        except UNREADABLE:
            raise ExportError(f"line {self.number} of the export cannot be read") from None


def verifier(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the Ed25519 key (32 bytes) signed the message."""
    if len(signature) != crypto_sign_BYTES or len(public) != crypto_sign_PUBLICKEYBYTES:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


def checked_keys(raw: bytes) -> PublicKeys:
    """Return the public keys; raise ExportError for what is no such file.

    A PC whose fingerprint is not that of its keys is refused: the file was changed by hand.
    """
    try:
        keys = msgspec.json.decode(raw, type=PublicKeys)
    except UNREADABLE:
        raise ExportError("the file of public keys cannot be read") from None
    if keys.v != VERSION:
        raise ExportError(f"the public keys are of form {keys.v}, this program reads {VERSION}")
    for one in keys.devices:
        if device_fingerprint(one.sign_public, one.seal_public) != one.fingerprint:
            raise ExportError(f"the keys of PC {one.device} are not those of its fingerprint")
    return keys


@dataclass(frozen=True, kw_only=True)
class Workers:
    """Who checks each entry's signature beside each other: so many threads."""

    executor: Executor
    threads: int


def follow(raw: Iterable[bytes], keys: PublicKeys, workers: Workers | None) -> Report:
    """Follow every chain of an export; return what was found.

    `raw` are its lines, in order. Without `workers` a PC's signatures are checked where the server
    has countersigned and at each chain's end alone (`Chain`). Raises ExportError for what is no
    export or not a whole one.
    """
    lines = _Lines(iter(raw))
    head = lines.next()
    if not isinstance(head, ExportHead):
        raise ExportError("the file does not begin as an export does")
    if head.v != VERSION:
        raise ExportError(f"the export is of form {head.v}, this program reads {VERSION}")
    if head.organisation != keys.organisation:
        raise ExportError("the export and the public keys are of two organisations")
    known = {one.device: one for one in keys.devices}
    chains: list[tuple[ChainHead, Followed]] = []
    while isinstance(line := lines.next(), ChainHead):
        device = known.get(line.device)
        chains.append((line, _followed(lines, line, device, keys, workers)))
    report = Report(
        head=head,
        chains=chains,
        absent=[one for one in keys.devices if one.device not in {c.device for c, _ in chains}],
    )
    if not isinstance(line, ExportEnd) or (line.chains, line.entries) != (
        len(chains),
        report.entries,
    ):
        raise ExportError("the export is not whole: its end does not count what is in it")
    return report


def _followed(
    lines: _Lines,
    head: ChainHead,
    device: DeviceKeys | None,
    keys: PublicKeys,
    workers: Workers | None,
) -> Followed:
    public = b"" if device is None else device.sign_public
    following = Chain(
        head,
        list(_anchors(lines)),
        server=partial(verifier, keys.server_public),
        device=partial(verifier, public),
    )
    if device is None:
        following.refuse(Fault.NO_KEY)
    entries = _entries(lines)
    if workers is None:
        for entry in entries:
            following.take(entry)
    while workers and (batch := list(islice(entries, AT_ONCE))):
        for entry, is_signed in zip(batch, _are_signed(batch, public, workers), strict=True):
            following.take(entry, is_signed=is_signed)
    return following.end()


def _anchors(lines: _Lines) -> Iterator[Countersigned]:
    while isinstance(line := lines.next(), AnchorLine):
        yield Countersigned(line.body, line.signature)
    lines.ahead = line


def _entries(lines: _Lines) -> Iterator[Entry]:
    while isinstance(line := lines.next(), Entry):
        yield line
    lines.ahead = line


def _are_signed(batch: list[Entry], public: bytes, workers: Workers) -> Iterator[bool]:
    def check(some: list[Entry]) -> list[bool]:
        return [verifier(public, signed_message(one), one.signature) for one in some]

    share = -(-len(batch) // workers.threads)
    parts = [batch[at : at + share] for at in range(0, len(batch), share)]
    return chain.from_iterable(workers.executor.map(check, parts))
