"""The tables as the program sees them; `migrations` makes them, a test holds both equal.

Ids are 16 bytes. `scope_id` is the scope's name within its owner (see sonar_server.scopes); rows
of the reference scope have the organisation's id as their `site_id`.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata: Final = MetaData()


def _id(name: str, *, key: bool = False, null: bool = False) -> Column[Any]:
    return Column(name, LargeBinary, primary_key=key, nullable=null)


def _text(name: str, *, key: bool = False) -> Column[Any]:
    return Column(name, Text, primary_key=key, nullable=False)


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[Any]:
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False)


organisation: Final = Table(
    "organisation",
    metadata,
    _id("site_id", key=True),
    _text("name"),
    _text("server_id"),
    _id("lease_public"),
    _id("escrow_public"),
    _id("recovery_public"),
    _number("created_ms"),
)

site: Final = Table(
    "site",
    metadata,
    _id("site_id", key=True),
    _id("organisation_id"),
    _text("name"),
    _text("zone"),
)

scope: Final = Table(
    "scope",
    metadata,
    _id("site_id", key=True),
    _text("scope_id", key=True),
    _number("epoch"),
    _number("head_seq"),
    _number("commit_no"),
    _id("chain"),
    _id("digest"),
)
"""Where each scope stands: the only hot rows, locked last and in order."""

record: Final = Table(
    "record",
    metadata,
    _id("site_id", key=True),
    _text("scope_id", key=True),
    _number("seq", key=True),
    _number("commit_no"),
    _text("kind"),
    _id("id"),
    _number("version"),
    _id("patient", null=True),
    _id("episode", null=True),
    _number("at_ms"),
    _id("body"),
    _id("provenance"),
    _id("row_hash"),
    _id("place", null=True),
    _id("disputes", null=True),
    _id("op_id"),
    UniqueConstraint("site_id", "id", "version"),
)
"""The log: each version of each record once. `disputes` is what a Conflict row is about."""

Index("record_patient", record.c.site_id, record.c.scope_id, record.c.patient)
Index(
    "record_episodes",
    record.c.site_id,
    record.c.scope_id,
    postgresql_where=record.c.kind == "CustodyEpisode",
)
Index(
    "record_place",
    record.c.site_id,
    record.c.place,
    postgresql_where=record.c.place.is_not(None),
)
Index(
    "record_disputes",
    record.c.site_id,
    record.c.disputes,
    postgresql_where=record.c.disputes.is_not(None),
)

again: Final = Table(
    "again",
    metadata,
    _id("site_id", key=True),
    _text("scope_id", key=True),
    _number("seq", key=True),
    _number("commit_no"),
    _number("of_seq"),
)
"""Places of the log at which an earlier row stands once more, because its stay came back."""

retired: Final = Table(
    "retired", metadata, _id("site_id", key=True), _id("episode", key=True), _id("patient")
)
"""Stays that have left the PCs: none of their rows counts in a digest or a first sync."""

Index("retired_patient", retired.c.site_id, retired.c.patient)

known_at: Final = Table("known_at", metadata, _id("site_id", key=True), _id("patient", key=True))
"""The sites whose scopes hold a person's rows, for each person whom more than one ever held."""

Index("known_at_patient", known_at.c.patient)

commit_log: Final = Table(
    "commit_log",
    metadata,
    _id("site_id", key=True),
    _text("scope_id", key=True),
    _number("commit_no", key=True),
    _number("last_seq"),
    _id("chain"),
)

op: Final = Table(
    "op",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _number("incarnation", key=True),
    _number("op_seq", key=True),
    _id("op_id", null=True),
    _id("header_hash"),
    _id("header"),
    _id("payload"),
    _id("signature"),
    _number("received_ms"),
    _text("verdict"),
    _text("reason"),
    _text("detail"),
    _number("version"),
    _id("waiting_for", null=True),
    _id("repeats", null=True),
    UniqueConstraint("site_id", "op_id"),
)
"""Every operation ever received with its verdict. `op_id` is null where an operation already had
that id: another one, or this same one in another incarnation, which `repeats` says."""

Index(
    "op_waiting",
    op.c.site_id,
    op.c.waiting_for,
    postgresql_where=op.c.waiting_for.is_not(None),
)

Index("op_held", op.c.received_ms, postgresql_where=op.c.verdict == "quarantined")
Index("op_repeats", op.c.site_id, op.c.repeats, postgresql_where=op.c.repeats.is_not(None))

redecided: Final = Table(
    "redecided",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _number("incarnation", key=True),
    _number("op_seq", key=True),
    _number("offered_seq", null=True),
)
"""Operations whose verdict changed and whose device has not proved that it knows."""

device: Final = Table(
    "device",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _text("name"),
    _id("sign_public"),
    _id("seal_public"),
    _number("enrolled_ms"),
    _number("revoked_ms", null=True),
)
Index("device_by_id", device.c.device)

scope_grant: Final = Table(
    "scope_grant",
    metadata,
    _id("site_id", key=True),
    _id("holder", key=True),
    _text("scope", key=True),
    Column("is_granted", Boolean, nullable=False),
)
"""The newest word on whether a device, or every device of a site, may hold a scope of the site."""

device_chain: Final = Table(
    "device_chain",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _number("incarnation", key=True),
    _number("last_seq"),
    _text("last_hash"),
    _number("parent"),
    _number("first_seq"),
)
"""One chain for each incarnation; `parent` is 0 for the first. See migrations/m0004."""

anchor: Final = Table(
    "anchor",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _number("incarnation", key=True),
    _number("op_seq", key=True),
    _id("body"),
    _id("signature"),
)
"""Each place of a chain that the server has countersigned (`sonar_core.sync.anchors`)."""

enrolment_code: Final = Table(
    "enrolment_code",
    metadata,
    _id("site_id", key=True),
    _id("code_hash", key=True),
    _number("expires_ms"),
    _number("used_ms", null=True),
)
Index("enrolment_code_by_hash", enrolment_code.c.code_hash)

person: Final = Table(
    "person",
    metadata,
    _id("site_id", key=True),
    _id("user_id", key=True),
    _text("username"),
    _text("name"),
    _text("password_hash"),
    _text("role"),
    _text("sites"),
    _number("cred_gen"),
    Column("active", Boolean, nullable=False),
    UniqueConstraint("site_id", "username"),
)
"""Accounts of the organisation (`site_id` is its id). `sites` are ids joined by spaces."""

lease: Final = Table(
    "lease",
    metadata,
    _id("site_id", key=True),
    _id("lease_id", key=True),
    _id("user_id"),
    _id("device"),
    _text("role"),
    _text("sites"),
    _number("issued_ms"),
    _number("not_after_ms"),
)

nonce: Final = Table(
    "nonce",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _id("nonce", key=True),
    _number("at_ms"),
)

whereabouts: Final = Table("whereabouts", metadata, _id("site_id", key=True), _text("place"))
"""Where the database was when it was served last (`site_id` is the organisation's id)."""

wipe_order: Final = Table(
    "wipe_order",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _id("order_id", key=True),
    _number("issued_ms"),
    _id("body"),
    _id("signature"),
    _number("withdrawn_ms", null=True),
    _number("done_ms", null=True),
)
"""Orders to wipe a PC, as they were signed; one that was not withdrawn stands."""

left_on: Final = Table(
    "left_on",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _number("at_ms"),
    _number("waiting"),
    _number("oldest_ms", null=True),
    _number("drafts"),
)
"""What a PC that is out of use said last of what no server has."""

parcel: Final = Table(
    "parcel",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _id("order_id", key=True),
    _id("sha256", key=True),
    _number("received_ms"),
    _id("sealed"),
)
"""What a wiped PC left, sealed to the organisation's recovery key. Nothing changes or goes."""

removal_freeze: Final = Table(
    "removal_freeze",
    metadata,
    _id("site_id", key=True),
    _id("device", key=True),
    _number("at_ms", key=True),
    _number("lifted_ms", null=True),
)
"""When nothing left a PC any more, by its own clock, and when an operator put an end to it."""

incident: Final = Table(
    "incident",
    metadata,
    _id("site_id", key=True),
    _id("incident_id", key=True),
    _number("at_ms"),
    _text("kind"),
    _text("detail"),
)
"""What an operator must be able to look up later; never anything about a patient."""

account_at: Final = Table(
    "account_at",
    metadata,
    _id("site_id", key=True),
    _text("issuer", key=True),
    _text("subject", key=True),
    _id("user_id"),
)
"""Whose account a person of the provider has (`site_id` is the organisation's id)."""

session_token: Final = Table(
    "session_token",
    metadata,
    _id("site_id", key=True),
    _id("token_hash", key=True),
    _id("family"),
    _id("user_id"),
    _id("device"),
    _number("began_ms"),
    _number("ends_ms"),
    _number("used_ms", null=True),
)
"""Tokens that renew a lease: the tokens of one sign-in are a family."""

Index("session_token_family", session_token.c.site_id, session_token.c.family)
