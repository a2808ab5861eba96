"""One user action: its operations, what they look like, and drafts, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert

from sonar_core import bodies
from sonar_core.records.base import Record
from sonar_core.records.kinds import Sort
from sonar_core.records.registry import REGISTRY, kind_of
from sonar_core.sync import clock
from sonar_core.sync.authoring import Authorship, Intent, author, edit_intent, record_intent
from sonar_core.sync.operations import Header, Operation, Sign
from sonar_core.sync.overlay import affected, project
from sonar_desktop.db import effects, schema
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.errors import UnwritableError
from sonar_desktop.db.identity import chain_of, keep_chain, must_be_enrolled, scope_of
from sonar_desktop.db.outbox import waiting_row
from sonar_desktop.db.reading import Look
from sonar_desktop.db.shown import shown_one
from sonar_desktop.usecases.errors import BugError, NotHereError
from sonar_desktop.usecases.journal_ports import Journal
from sonar_desktop.usecases.ports import Draft, Ids


class Action(Look):
    """Implements `Writing` over the writer's transaction; `finish` signs what was gathered."""

    def __init__(
        self, connection: Connection, in_flight: frozenset[int], by: Authorship, ids: Ids
    ) -> None:
        """Take the transaction, who acts, and where ids come from."""
        super().__init__(connection, in_flight)
        self._by = by
        self._ids = ids
        self._intents: list[Intent] = []
        self._op_ids: list[str] = []
        self._shown: list[tuple[int, tuple[tuple[str, str], ...]]] = []
        self._device = must_be_enrolled(connection)
        self._chain = chain_of(connection)
        self._hlc = self._chain.hlc
        self.touched = Touched()
        self.has_drafts_changed = False

    @property
    def has_operations(self) -> bool:
        """Whether anything was recorded or edited."""
        return bool(self._intents)

    def record(self, record: Record) -> str:
        """Write a new record; return the id of its operation."""
        kind = kind_of(record)
        if kind.sort is Sort.SERVER:
            raise BugError(f"{kind.name} is made by the server alone")
        if kind.sort is not Sort.ENTITY and shown_one(self._connection, record.id) is not None:
            raise BugError(f"this {kind.name} is recorded already")
        with _told_to_the_author():
            intent = record_intent(record, scope_of(kind, self._device))
        return self._add(intent)

    def edit(self, kind: type[Record], identifier: str, changes: dict[str, Any]) -> str | None:
        """Change fields of an entity; return the operation's id, None when nothing changed."""
        known = REGISTRY[kind.__name__]
        if known.sort is not Sort.ENTITY:
            raise BugError(f"a {known.name} is never edited")
        shown = shown_one(self._connection, identifier)
        if shown is None or shown.kind != known.name:
            raise NotHereError
        with _told_to_the_author():
            intent = edit_intent(
                kind=known,
                entity=identifier,
                scope=scope_of(known, self._device),
                base=shown.version,
                current=bodies.fields_of(shown.body),
                changes=changes,
            )
        return None if intent is None else self._add(intent)

    def put_draft(self, draft: Draft) -> None:
        """Keep what was typed."""
        put_draft(self._connection, draft)
        self.has_drafts_changed = True

    def drop_draft(self, author: str, record: str) -> None:
        """Forget a draft that is being signed in this action, or that was discarded."""
        drop_draft(self._connection, author, record)
        self.has_drafts_changed = True

    def put_setting(self, name: str, value: str) -> None:
        """Keep a setting of this PC."""
        self._connection.execute(
            insert(schema.setting).prefix_with("OR REPLACE"), {"name": name, "value": value}
        )

    def finish(self, sign: Sign, journal: Journal | None) -> int:
        """Number, chain and sign the action's operations; put them into the outbox.

        Into the journal first, where there is one. Returns the number of the last.
        """
        if not self._intents:
            return self._chain.next_seq - 1
        authored = author(
            self._chain,
            tuple(self._intents),
            self._by,
            txn_id=self._ids.new(),
            op_ids=tuple(self._op_ids),
            sign=sign,
        )
        if journal is not None:
            journal.append(
                authored.operations,
                device=self._device.device,
                sealed_to=self._device.recovery_public,
            )
        self._connection.execute(
            insert(schema.own_op),
            [
                waiting_row(header, operation, header.op_seq)
                for header, operation in zip(authored.headers, authored.operations, strict=True)
            ],
        )
        for op_seq, records in self._shown:
            effects.put(self._connection, op_seq, records)
        keep_chain(self._connection, authored.chain)
        return authored.chain.next_seq - 1

    def _add(self, intent: Intent) -> str:
        """Take one change into the action and show it at once."""
        op_id = self._ids.new()
        header = self._header(intent, op_id)
        operation = Operation(b"", intent.payload, b"")
        records = affected(operation, header)
        for kind, identifier in records:
            self._show(kind, identifier, header, operation)
        self._shown.append((header.op_seq, records))
        self._intents.append(intent)
        self._op_ids.append(op_id)
        self._hlc = header.hlc
        return op_id

    def _show(self, kind: str, identifier: str, header: Header, operation: Operation) -> None:
        shown = shown_one(self._connection, identifier)
        before = None if shown is None else shown.body
        body = project(kind, before, [(header, operation)])
        if body is not None:
            confirmed = effects.confirmed_of(self._connection, identifier)
            effects.show(self._connection, kind, identifier, body, header, confirmed, self.touched)

    def _header(self, intent: Intent, op_id: str) -> Header:
        """Return the header as far as the screen needs it, before the action's size is known."""
        return Header(
            op_id=op_id,
            device=self._chain.device,
            incarnation=self._chain.incarnation,
            op_seq=self._chain.next_seq + len(self._intents),
            txn_id="",
            txn_index=len(self._intents),
            txn_size=0,
            user=self._by.user,
            lease_id=self._by.lease_id,
            scope=intent.scope,
            op=intent.op,
            kind=intent.kind,
            entity=intent.entity,
            intent=self._by.intent,
            schema_v=0,
            recorded_at=self._by.recorded_at,
            monotonic_ms=self._by.monotonic_ms,
            hlc=clock.tick(self._hlc, self._by.recorded_at.utc_ms),
            offline=self._by.offline,
            prev_hash="",
            payload_hash="",
            emergency=self._by.emergency,
        )


@contextmanager
def _told_to_the_author() -> Iterator[None]:
    """Say of what no record can hold that it was not saved; the words stay where they are."""
    try:
        yield
    except bodies.BodyError:
        raise UnwritableError from None


def put_draft(connection: Connection, draft: Draft) -> None:
    """Keep what somebody typed, in place of what they had typed before."""
    connection.execute(
        insert(schema.draft).prefix_with("OR REPLACE"), msgspec.structs.asdict(draft)
    )


def drop_draft(connection: Connection, author: str, record: str) -> None:
    """Forget a draft."""
    table = schema.draft
    connection.execute(delete(table).where(table.c.author == author, table.c.record == record))
