"""Finding what was altered in a chain of operations, from an export and public keys.

A chain is followed entry by entry: numbers without a gap, each header naming the one before by its
hash, each payload its header's, each signature the device's, each countersigned place as it was
countersigned. What lies after the last countersigned place is unproven: whoever has the device's
key could have written it anew, or cut it off.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from sonar_core import bodies
from sonar_core.audit.export import ChainHead, Entry
from sonar_core.sync.anchors import Anchor, Countersigned, DamagedAnchorError, anchor_of
from sonar_core.sync.operations import FIRST_PREV_HASH, SIGNING_DOMAIN, Verify, header_hash
from sonar_core.sync.operations import payload_hash as hash_of


class Fault(StrEnum):
    """What is wrong at one place of a chain."""

    UNREADABLE = "unreadable"
    OTHER_DEVICE = "other_device"
    MISSING = "missing"
    OUT_OF_ORDER = "out_of_order"
    BROKEN_LINK = "broken_link"
    ALTERED = "altered"
    NOT_SIGNED = "not_signed"
    REWRITTEN = "rewritten"
    CUT_OFF = "cut_off"
    BAD_ANCHOR = "bad_anchor"
    NO_KEY = "no_key"


WORDS: Final = {
    Fault.UNREADABLE: "the entry's header cannot be read",
    Fault.OTHER_DEVICE: "the entry says that it is of another PC, or of another of its chains",
    Fault.MISSING: "entries are missing before this one",
    Fault.OUT_OF_ORDER: "the entry does not stand where its number belongs, or stands here twice",
    Fault.BROKEN_LINK: (
        "the entry does not follow from the one before it: something was changed, put in or taken "
        "out there"
    ),
    Fault.ALTERED: "what was recorded is not what was signed",
    Fault.NOT_SIGNED: "the PC's key did not sign this entry as it stands",
    Fault.REWRITTEN: "the server countersigned another entry in this place",
    Fault.CUT_OFF: "the server countersigned entries up to here, and they are not in the export",
    Fault.BAD_ANCHOR: "the server's key did not sign this countersignature, or not for this chain",
    Fault.NO_KEY: "there is no public key for this PC",
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A fault at a place: the number of an entry, 0 where it is about the chain as a whole."""

    device: str
    incarnation: int
    op_seq: int
    fault: Fault


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a chain: entries verified, entries unproven, and what was found.

    `verified_to` is the last countersigned place up to which nothing was found, 0 for none, and
    `at_ms` when the server countersigned it.
    """

    entries: int
    verified: int
    verified_to: int
    at_ms: int
    findings: tuple[Finding, ...]

    @property
    def unproven(self) -> int:
        """How many entries nothing vouches for."""
        return self.entries - self.verified


class _Place(msgspec.Struct, frozen=True, gc=False):
    """What must be readable of a header, also of a newer program's."""

    device: str
    incarnation: int
    op_seq: int
    prev_hash: str
    payload_hash: str


class Chain:
    """One chain as it is followed. `is_signed` of an entry may be worked out by the caller.

    Where it is not, the device's signature is checked at countersigned places and at the end alone:
    each vouches for all headers before it, by their hashes. What is not noticed then is a spoilt
    signature between two such places, of an entry that is whole.
    """

    def __init__(
        self,
        head: ChainHead,
        countersigned: Iterable[Countersigned],
        *,
        server: Verify,
        device: Verify,
    ) -> None:
        """Take the chain's head, what was countersigned of it, the server's and PC's keys."""
        self._head = head
        self._device = device
        self._unchecked: Entry | None = None
        self._findings: list[Finding] = []
        self._anchors: dict[int, Anchor] = {}
        for one in countersigned:
            self._take_anchor(one, server)
        self._next = head.first_seq
        self._before = FIRST_PREV_HASH
        self._entries = 0
        self._last = 0
        self._held: list[tuple[int, Anchor]] = []
        """Countersigned places that the entries agree with, and how many entries that was."""

    def take(self, entry: Entry, *, is_signed: bool | None = None) -> None:
        """Follow the chain by one entry."""
        self._entries += 1
        link = header_hash(entry.header)
        try:
            place = bodies.decode(entry.header, _Place)
        except bodies.BodyError:
            self._find(Fault.UNREADABLE, self._next)
            self._next, self._before = self._next + 1, link
            return
        number = place.op_seq
        if (place.device, place.incarnation) != (self._head.device, self._head.incarnation):
            self._find(Fault.OTHER_DEVICE, number)
        if number != self._next:
            self._find(Fault.MISSING if number > self._next else Fault.OUT_OF_ORDER, number)
        if place.prev_hash != self._before:
            self._find(Fault.BROKEN_LINK, number)
        held = entry.payload_hash if entry.payload is None else hash_of(entry.payload)
        if held != place.payload_hash or entry.payload_hash != held:
            self._find(Fault.ALTERED, number)
        anchor = self._anchors.get(number)
        if is_signed is None and anchor is not None:
            is_signed = self._is_signed(entry)
        self._unchecked = entry if is_signed is None else None
        if is_signed is False:
            self._find(Fault.NOT_SIGNED, number)
        if anchor is not None:
            if anchor.header_hash == link:
                self._held.append((self._entries, anchor))
            else:
                self._find(Fault.REWRITTEN, number)
        self._next, self._before = number + 1, link
        self._last = max(self._last, number)

    def end(self) -> Followed:
        """Return what became of the chain, after its last entry."""
        if self._unchecked is not None and not self._is_signed(self._unchecked):
            self._find(Fault.NOT_SIGNED, self._last)
        beyond = [number for number in self._anchors if number > self._last]
        if beyond:
            self._find(Fault.CUT_OFF, max(beyond))
        first = min((one.op_seq for one in self._findings), default=None)
        proven = [
            (count, anchor)
            for count, anchor in self._held
            if first is None or anchor.op_seq < first
        ]
        verified, last = proven[-1] if proven else (0, None)
        return Followed(
            entries=self._entries,
            verified=verified,
            verified_to=0 if last is None else last.op_seq,
            at_ms=0 if last is None else last.server_ms,
            findings=tuple(self._findings),
        )

    def refuse(self, fault: Fault) -> None:
        """Note a fault of the chain as a whole."""
        self._find(fault, 0)

    def _is_signed(self, entry: Entry) -> bool:
        return self._device(signed_message(entry), entry.signature)

    def _take_anchor(self, countersigned: Countersigned, server: Verify) -> None:
        try:
            anchor = anchor_of(countersigned, server)
        except DamagedAnchorError:
            self._find(Fault.BAD_ANCHOR, 0)
            return
        if (anchor.device, anchor.incarnation) != (self._head.device, self._head.incarnation):
            self._find(Fault.BAD_ANCHOR, 0)
            return
        known = self._anchors.setdefault(anchor.op_seq, anchor)
        if known.header_hash != anchor.header_hash:
            self._find(Fault.REWRITTEN, anchor.op_seq)

    def _find(self, fault: Fault, op_seq: int) -> None:
        self._findings.append(
            Finding(
                device=self._head.device,
                incarnation=self._head.incarnation,
                op_seq=op_seq,
                fault=fault,
            )
        )


def signed_message(entry: Entry) -> bytes:
    """Return what the device signed of an entry."""
    return SIGNING_DOMAIN + entry.header
