"""The store that says what it stored: screens look again, and the exchange sends at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sonar_desktop.usecases.ports import Actor, Changed, Draft, Reading, Store, Writing

T = TypeVar("T")


class TellingStore:
    """Implements `Store` over another one; `told` is called after each commit, on its thread."""

    def __init__(self, store: Store, told: Callable[[Changed], None]) -> None:
        """Take the store and whom to tell."""
        self._store = store
        self._told = told

    def read(self, look: Callable[[Reading], T]) -> T:
        """Run `look` on one consistent state; return its answer."""
        return self._store.read(look)

    def write(self, actor: Actor, intent: str, act: Callable[[Writing], T]) -> tuple[T, Changed]:
        """Run one user action; return its answer and what changed."""
        answer, changed = self._store.write(actor, intent, act)
        self._tell(changed)
        return answer, changed

    def keep_draft(self, draft: Draft) -> Changed:
        """Put one draft on disk, outside any user action."""
        changed = self._store.keep_draft(draft)
        self._tell(changed)
        return changed

    def discard_draft(self, author: str, record: str) -> Changed:
        """Forget a draft because its author said so."""
        changed = self._store.discard_draft(author, record)
        self._tell(changed)
        return changed

    def _tell(self, changed: Changed) -> None:
        if changed != Changed():
            self._told(changed)
