"""What the store needs of the side journal, where each entry signed here stands once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from sonar_core.sync.operations import Operation


class Journalled(NamedTuple):
    """An action's operations; `is_confirmed` says that the store had them when it was closed.

    What another action of the chain follows was in the store as well.
    """

    operations: tuple[Operation, ...]
    is_confirmed: bool


class Kept(NamedTuple):
    """What is in one file, in order; `is_whole` says that nothing stands after it unread."""

    actions: tuple[Journalled, ...]
    is_whole: bool


class Journal(Protocol):
    """The journal as the store's writing thread sees it. Nothing here ever stops an entry."""

    @property
    def is_refused(self) -> bool:
        """Whether the disk did not take the last action: it stands in the store alone."""

    def append(self, operations: Sequence[Operation], *, device: str, sealed_to: bytes) -> None:
        """Put an action's operations on disk, before the store commits them.

        `sealed_to` is the organisation's recovery key.
        """

    def confirm(self, number: int) -> None:
        """Note that the store has the operation of that number (`op_seq`), and all before it."""

    def newest_first(self) -> Iterator[Kept]:
        """Yield what is in each file, the newest first; of a damaged one its true beginning."""

    def forget(self, is_over: Callable[[Sequence[Journalled]], bool]) -> int:
        """Delete the oldest files of which nothing is needed any more; return how many went.

        One that may hold what nobody can read is put aside instead.
        """

    def close(self) -> None:
        """Let go of the file."""
