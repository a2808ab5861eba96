"""The encrypted store as the use cases know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from sonar_core.moments import moment_at
from sonar_core.sync.authoring import Authorship
from sonar_core.sync.operations import Sign
from sonar_desktop.db.database import Database
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.projections import BoardRow, update_projections
from sonar_desktop.db.reading import Look
from sonar_desktop.db.writer import Priority
from sonar_desktop.db.writing import Action, drop_draft, put_draft
from sonar_desktop.usecases.journal_ports import Journal
from sonar_desktop.usecases.ports import Actor, Changed, Clock, Draft, Ids, Reading, Writing

T = TypeVar("T")


class ClientStore:
    """Implements `Store`. Calls wait for the store's threads: never on the GUI thread."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        ids: Ids,
        sign: Sign,
        board_row: BoardRow,
        in_contact: Callable[[], bool],
        journal: Journal | None = None,
    ) -> None:
        """Take the open store and what it is not allowed to know by itself.

        `sign` is the device's signature over an operation; `in_contact` says whether the server
        was heard of just now, which is signed with each operation. What is signed stands in the
        `journal` too, before it is in the store.
        """
        self._database = database
        self._clock = clock
        self._ids = ids
        self._sign = sign
        self._board_row = board_row
        self._in_contact = in_contact
        self._journal = journal

    def read(self, look: Callable[[Reading], T]) -> T:
        """Run `look` on one consistent state; return its answer."""
        return self._database.read(lambda connection: look(Look(connection, self._sending())))

    def write(self, actor: Actor, intent: str, act: Callable[[Writing], T]) -> tuple[T, Changed]:
        """Run one user action; return its answer and what changed, after the commit is on disk.

        Raises StoreFullError, StoreDamagedError (both KnownError) with nothing written.
        """
        by = Authorship(
            user=actor.user,
            lease_id=actor.lease_id,
            intent=intent,
            recorded_at=moment_at(self._clock.now_ms(), self._clock.zone()),
            monotonic_ms=self._clock.monotonic_ms(),
            offline=not self._in_contact(),
            emergency=actor.emergency,
        )

        def work(connection: Connection) -> tuple[tuple[T, Changed], int]:
            action = Action(connection, self._sending(), by, self._ids)
            answer = act(action)
            number = action.finish(self._sign, self._journal)
            update_projections(connection, action.touched, self._board_row)
            told = changed(
                action.touched, drafts=action.has_drafts_changed, outbox=action.has_operations
            )
            return (answer, told), number

        done, number = self._database.write(Priority.USER, work)
        if self._journal is not None:
            self._journal.confirm(number)
        return done

    def keep_draft(self, draft: Draft) -> Changed:
        """Put one draft on disk, outside any user action."""
        self._database.write(Priority.DRAFT, lambda connection: put_draft(connection, draft))
        return Changed(drafts=True)

    def discard_draft(self, author: str, record: str) -> Changed:
        """Forget a draft because its author said so."""
        self._database.write(
            Priority.DRAFT, lambda connection: drop_draft(connection, author, record)
        )
        return Changed(drafts=True)

    def _sending(self) -> frozenset[int]:
        return self._database.in_flight.at(self._clock.monotonic_ms())


def changed(touched: Touched, *, drafts: bool = False, outbox: bool = False) -> Changed:
    """Return what a transaction touched as the screens are told."""
    return Changed(
        records=frozenset((kind, identifier) for identifier, kind in touched.kinds.items()),
        patients=frozenset(touched.patients),
        episodes=frozenset(touched.episodes),
        drafts=drafts,
        outbox=outbox,
    )
