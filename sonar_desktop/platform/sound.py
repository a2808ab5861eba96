"""The loudspeaker: the bundled WAV through Windows itself, or a player that Linux has.

PySide6-Essentials has no multimedia. A player that is missing, or that could not play the last
time, is said on screen as long as it is so (decision 29).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

PLAYERS: Final = (("pw-play",), ("aplay", "-q"))
"""In the order they are tried: a PC with PipeWire also has an aplay that may know no device."""

RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources" / "sounds"
LATE: Final = RESOURCES / "late.wav"


class CommandSound:
    """Plays by a program of its own, one sound at a time, and remembers whether it could."""

    def __init__(self, player: tuple[str, ...] | None, sound: Path = LATE) -> None:
        """Take the player's command, None where there is none."""
        self._player = player
        self._sound = sound
        self._playing: subprocess.Popen[bytes] | None = None
        self._was_refused = False

    @property
    def is_silent(self) -> bool:
        """Whether this PC cannot sound: no player, or the last sound was refused."""
        self._look()
        return self._player is None or self._was_refused

    def ring(self) -> None:
        """Sound the two tones once, without waiting; a sound still playing is left to end."""
        self._look()
        if self._player is None or self._playing is not None:
            return
        try:
            self._playing = subprocess.Popen(  # noqa: S603 our own list of players
                [*self._player, str(self._sound)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._was_refused = True

    def wait(self) -> None:
        """Wait until the sound under way has ended, at the program's end."""
        if self._playing is not None:
            self._playing.wait()
            self._look()

    def _look(self) -> None:
        if self._playing is not None and (code := self._playing.poll()) is not None:
            self._was_refused = code != 0
            self._playing = None


class WindowsSound:
    """Plays by Windows' own call, which returns at once."""

    def __init__(self, sound: Path = LATE) -> None:
        """Take the file."""
        self._sound = sound
        self._was_refused = False

    @property
    def is_silent(self) -> bool:
        """Whether the last sound was refused."""
        return self._was_refused

    def ring(self) -> None:
        """Sound the two tones once, without waiting for them."""
        if sys.platform == "win32":
            import winsound  # noqa: PLC0415 - Windows only

            flags = winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT
            try:
                winsound.PlaySound(str(self._sound), flags)
            except RuntimeError:
                self._was_refused = True
            else:
                self._was_refused = False


def find_player(which: Callable[[str], str | None] = shutil.which) -> tuple[str, ...] | None:
    """Return the command of the first player on this PC, None where there is none."""
    for name, *options in PLAYERS:
        found = which(name)
        if found is not None:
            return (found, *options)
    return None


def open_sound() -> CommandSound | WindowsSound:
    """Return this PC's loudspeaker."""
    if sys.platform == "win32":
        return WindowsSound()
    return CommandSound(find_player())
