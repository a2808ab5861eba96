"""Where the scopes stand as this process last heard, and which devices wait for them to move.

Used on the event loop's thread alone. A device that waits costs a few objects and no thread; what
it is told is made when it is told, so that many moves in a row are one hint.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from sonar_core.sync.messages import Hint
from sonar_server.errors import RefusedError
from sonar_server.scopes import ScopeKey
from sonar_server.store.notices import Moved, Notice, Regranted, Revoked

MOST_WATCHERS: Final = 4096

Place = tuple[int, int]
"""Epoch and number of a scope's last row."""


@dataclass(kw_only=True, eq=False)
class Watcher:
    """A device that waits: its scopes' names on the wire, and where it was told they stand."""

    device: str
    names: Mapping[ScopeKey, str]
    told: dict[str, Place]
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    is_ended: bool = False

    def end(self) -> None:
        """Let it wait no longer."""
        self.is_ended = True
        self.stirred.set()


class Noticeboard:
    """What a server process knows of its scopes without asking the database."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._places: dict[ScopeKey, Place] = {}
        self._watchers: dict[str, Watcher] = {}
        self._by_scope: dict[ScopeKey, set[Watcher]] = {}
        self._is_heard = False

    @property
    def count(self) -> int:
        """How many devices wait."""
        return len(self._watchers)

    def hear(self, notice: Notice) -> None:
        """Take what another process, or this one, has committed."""
        self._is_heard = True
        match notice:
            case Moved(key=key, epoch=epoch, seq=seq):
                # Told at once and looked up beside it, they may come in either order.
                self._places[key] = max(self._places.get(key, (0, 0)), (epoch, seq))
                for watcher in self._by_scope.get(key, ()):
                    watcher.stirred.set()
            case Revoked(device=device) | Regranted(device=device) if device in self._watchers:
                # One that may hold other scopes now comes again, and is told of those.
                self._watchers[device].end()
            case _:
                pass

    def fall_silent(self) -> None:
        """End all waiting: nothing is heard of the database, or the server stops."""
        self._is_heard = False
        self._places.clear()
        for watcher in self._watchers.values():
            watcher.end()

    def require_room(self, watcher: Watcher) -> None:
        """Raise RefusedError (503) unless this device can be told of news now."""
        if not self._is_heard:
            raise _busy("news cannot be told now")
        if self.count >= MOST_WATCHERS and watcher.device not in self._watchers:
            raise _busy("too many devices wait for news")

    def enter(self, watcher: Watcher) -> None:
        """Let a device wait; it waits in one place only, the last."""
        before = self._watchers.get(watcher.device)
        if before is not None:
            before.end()
            self.leave(before)
        self._watchers[watcher.device] = watcher
        for key in watcher.names:
            self._by_scope.setdefault(key, set()).add(watcher)
        if not self._is_heard:
            watcher.end()

    def leave(self, watcher: Watcher) -> None:
        """Forget a device that waits no longer."""
        if self._watchers.get(watcher.device) is watcher:
            del self._watchers[watcher.device]
        for key in watcher.names:
            waiting = self._by_scope.get(key, set())
            waiting.discard(watcher)
            if not waiting:
                self._by_scope.pop(key, None)

    async def news(self, watcher: Watcher, seconds: float) -> tuple[Hint, ...] | None:
        """Return the scopes that are not where the device was told, as soon as there is one.

        Empty when nothing moved for so many seconds, None when its waiting was ended.
        """
        watcher.stirred.clear()
        if not watcher.is_ended and not self._moved(watcher):
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await watcher.stirred.wait()
        if watcher.is_ended:
            return None
        hints = tuple(self._moved(watcher))
        watcher.told |= {hint.scope: (hint.epoch, hint.seq) for hint in hints}
        return hints

    def _moved(self, watcher: Watcher) -> list[Hint]:
        return [
            Hint(scope=name, epoch=place[0], seq=place[1])
            for key, name in watcher.names.items()
            if (place := self._places.get(key)) is not None and watcher.told.get(name) != place
        ]


def _busy(message: str) -> RefusedError:
    return RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "busy", message)
