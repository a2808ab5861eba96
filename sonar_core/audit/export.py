"""The export that `sonar-server audit export` writes and `sonar-verify` reads: JSON Lines.

An `ExportHead`; for each chain a `ChainHead`, what was countersigned of it and its entries in
order; an `ExportEnd`. Of an entry the header goes as it was signed. The payload goes along for the
access log alone: of any other record it is its hash, so that no clinical word leaves the server.
"""

from __future__ import annotations

from typing import Final

import msgspec

VERSION: Final = 1


class ExportHead(msgspec.Struct, frozen=True, kw_only=True, tag="export", tag_field="t"):
    """The first line: whose export, made when (UTC ms by the server's clock)."""

    v: int
    organisation: str
    server_id: str
    made_ms: int


class ChainHead(msgspec.Struct, frozen=True, kw_only=True, tag="chain", tag_field="t"):
    """The chain of one incarnation of a device; `first_seq` is the number that it begins at."""

    device: str
    incarnation: int
    first_seq: int


class AnchorLine(msgspec.Struct, frozen=True, kw_only=True, tag="anchor", tag_field="t"):
    """What the server countersigned of the chain (`sonar_core.sync.anchors.Countersigned`)."""

    body: bytes
    signature: bytes


class Entry(msgspec.Struct, frozen=True, kw_only=True, tag="entry", tag_field="t", gc=False):
    """One operation of the chain; `payload_hash` is the SHA-256 of what the server holds.

    `payload` is a line of the access log, None for every other record.
    """

    header: bytes
    signature: bytes
    payload_hash: str
    payload: bytes | None = None


class ExportEnd(msgspec.Struct, frozen=True, kw_only=True, tag="end", tag_field="t"):
    """The last line: a file without it was cut off."""

    chains: int
    entries: int


Line = ExportHead | ChainHead | AnchorLine | Entry | ExportEnd


class DeviceKeys(msgspec.Struct, frozen=True, kw_only=True):
    """A device's public keys, and what people call it; `fingerprint` is what its screen showed."""

    device: str
    name: str
    site: str
    sign_public: bytes
    seal_public: bytes
    fingerprint: str


class PublicKeys(msgspec.Struct, frozen=True, kw_only=True):
    """What an inspector must have from elsewhere than the export: the server's and PCs' keys."""

    v: int
    organisation: str
    server_public: bytes
    devices: tuple[DeviceKeys, ...]
