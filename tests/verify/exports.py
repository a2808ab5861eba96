"""Made-up exports with real keys, and the ways in which somebody may alter one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from random import Random

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sonar_core import bodies
from sonar_core.audit.export import (
    AnchorLine,
    ChainHead,
    DeviceKeys,
    Entry,
    ExportEnd,
    ExportHead,
    Line,
    PublicKeys,
)
from sonar_core.sync.fingerprint import device_fingerprint
from sonar_core.sync.operations import SIGNING_DOMAIN, header_hash
from sonar_verify.reading import Report, Workers, follow
from tests.core.audit.chain import anchor, entry, written
from tests.core.sync.clinic import NOON, identifier

SERVER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PCS = {
    identifier(900 + number): Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))
    for number in (1, 2)
}
ENTRIES = 30
ANCHORED = (1, 7, 8, 20, 26)
"""Numbers that the server countersigned; the last four entries are unproven."""
PROVEN = ANCHORED[-1]


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def keys() -> PublicKeys:
    seal = bytes(32)
    return PublicKeys(
        v=1,
        organisation="org",
        server_public=public(SERVER),
        devices=tuple(
            DeviceKeys(
                device=device,
                name=f"MED-0{number}",
                site="Longport",
                sign_public=public(key),
                seal_public=seal,
                fingerprint=device_fingerprint(public(key), seal),
            )
            for number, (device, key) in enumerate(PCS.items(), 1)
        ),
    )


class Part:
    """One chain of an export, to be altered: its head, countersignatures and entries."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.key = PCS[device]
        made = _made(device)
        self.head = ChainHead(device=device, incarnation=1, first_seq=1)
        self.anchors = [line for line, _ in made[0]]
        self.entries: list[Entry] = list(made[1])

    def sealed(self, header: bytes, like: Entry) -> Entry:
        """An entry with that header, signed by the device's own key."""
        return msgspec.structs.replace(
            like, header=header, signature=self.key.sign(SIGNING_DOMAIN + header)
        )

    def write_anew(self, start: int) -> None:
        """Another past from that place on, numbered, chained and signed as it should be."""
        before = bodies.fields_of(self.entries[start].header)["prev_hash"]
        for at in range(start, len(self.entries)):
            fields = bodies.fields_of(self.entries[at].header) | {"prev_hash": before}
            if at == start:
                fields["user"] = "somebody else"
            self.entries[at] = self.sealed(bodies.encode(fields), self.entries[at])
            before = header_hash(self.entries[at].header)


@cache
def _made(device: str):
    operations = written(ENTRIES, device=device, sign=PCS[device].sign)
    signed = [anchor(operations[number - 1], sign=SERVER.sign) for number in ANCHORED]
    lines = [(AnchorLine(body=one.body, signature=one.signature), one) for one in signed]
    return lines, [entry(one) for one in operations]


def parts() -> list[Part]:
    return [Part(device) for device in PCS]


def lines_of(made: list[Part]) -> list[Line]:
    """The lines of an export; its end counts what is in it, as whoever altered it would see to."""
    lines: list[Line] = [ExportHead(v=1, organisation="org", server_id="s", made_ms=NOON)]
    for part in made:
        lines += [part.head, *part.anchors, *part.entries]
    count = sum(len(part.entries) for part in made)
    return [*lines, ExportEnd(chains=len(made), entries=count)]


def encoded(lines: list[Line]) -> list[bytes]:
    return [msgspec.json.encode(line) + b"\n" for line in lines]


def verified(lines: list[bytes], *, every: bool = True) -> Report:
    """Follow an export as the program does, with every signature or by its links."""
    with ThreadPoolExecutor(2) as executor:
        return follow(lines, keys(), Workers(executor=executor, threads=2) if every else None)


def delete(part: Part, chance: Random) -> None:
    del part.entries[chance.randrange(PROVEN)]


def insert_foreign(part: Part, chance: Random) -> None:
    other = next(Part(device) for device in PCS if device != part.device)
    part.entries.insert(chance.randrange(PROVEN), chance.choice(other.entries))


def insert_copy(part: Part, chance: Random) -> None:
    part.entries.insert(chance.randrange(PROVEN), chance.choice(part.entries))


def insert_forged(part: Part, chance: Random) -> None:
    """Signed by the device's own key, with the number and link that belong there."""
    at = chance.randrange(PROVEN)
    fields = bodies.fields_of(part.entries[at].header) | {"user": "somebody else"}
    part.entries.insert(at, part.sealed(bodies.encode(fields), part.entries[at]))


def alter(part: Part, chance: Random) -> None:
    at = chance.randrange(PROVEN)
    name = chance.choice(("header", "signature", "payload", "payload_hash"))
    value = getattr(part.entries[at], name) or b"{}"
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    place = chance.randrange(len(raw))
    raw[place] = raw[place] ^ (1 << chance.randrange(7))
    changed = bytes(raw).decode("ascii") if isinstance(value, str) else bytes(raw)
    part.entries[at] = msgspec.structs.replace(part.entries[at], **{name: changed})


def alter_with_the_key(part: Part, chance: Random) -> None:
    at = chance.randrange(PROVEN)
    fields = bodies.fields_of(part.entries[at].header) | {"user": "somebody else"}
    part.entries[at] = part.sealed(bodies.encode(fields), part.entries[at])


def reorder(part: Part, chance: Random) -> None:
    one, other = chance.sample(range(PROVEN), 2)
    made = part.entries
    made[one], made[other] = made[other], made[one]


def cut_tail(part: Part, chance: Random) -> None:
    del part.entries[chance.randrange(PROVEN) :]


def swap_device(part: Part, _chance: Random) -> None:
    """The chain is said to be of the other PC."""
    other = next(device for device in PCS if device != part.device)
    part.head = msgspec.structs.replace(part.head, device=other)


def swap_entries(part: Part, chance: Random) -> None:
    """From some place on, the entries of the other PC."""
    other = next(Part(device) for device in PCS if device != part.device)
    at = chance.randrange(PROVEN)
    part.entries[at:] = other.entries[at:]


def replace_head(part: Part, chance: Random) -> None:
    """The past is written anew with the device's own key; what was countersigned stays."""
    part.write_anew(chance.randrange(PROVEN))


def replace_head_and_anchor(part: Part, chance: Random) -> None:
    """The past is written anew, and countersigned by somebody who is not the server."""
    start = chance.randrange(PROVEN)
    part.write_anew(start)
    part.anchors = []
    for number in ANCHORED:
        header = part.entries[number - 1].header
        made = written(1)[0]
        made = msgspec.structs.replace(made, header=header)
        forged = anchor(made, sign=part.key.sign)
        part.anchors.append(AnchorLine(body=forged.body, signature=forged.signature))


MUTATIONS: dict[str, list[Callable[[Part, Random], None]]] = {
    "deleted": [delete],
    "inserted": [insert_foreign, insert_copy, insert_forged],
    "altered": [alter, alter_with_the_key],
    "reordered": [reorder],
    "tail cut off": [cut_tail],
    "device swapped": [swap_device, swap_entries],
    "head replaced": [replace_head, replace_head_and_anchor],
}
