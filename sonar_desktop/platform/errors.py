"""What the PC itself may refuse.

KnownError
└── PlatformError
    ├── AlreadyRunning        another SONAR works on the same data folder
    ├── NetworkFolder         the data folder is on a network share
    ├── FolderUnusable        it cannot be made, written or kept private
    ├── BrowserNotOpened      no browser could be opened
    ├── NoWayBack             no port of this machine is free for it to come back to
    ├── SignInGivenUp         the provider signed nobody in
    └── SignInTooLate         the browser did not come back in time
"""

from __future__ import annotations

# ruff: noqa: D101, N818 - each sentence is the docstring of its class, each name a state.
from typing import ClassVar

from sonar_desktop.usecases.errors import KnownError


class PlatformError(KnownError):
    """Base of what the PC refuses; `sentence` is the class's own user message."""

    sentence: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.sentence)


class AlreadyRunning(PlatformError):
    sentence = (
        "SONAR is already open on this PC. Two of them must not write the same records, so this "
        "one closes. Look for the other window, or sign out of the PC if you cannot find it."
    )


class NetworkFolder(PlatformError):
    sentence = (
        "The folder for SONAR's records is on a network drive, where a power or network cut can "
        "damage them. Nothing was written. Your administrator has to choose a folder on this PC."
    )


class FolderUnusable(PlatformError):
    sentence = (
        "The folder for SONAR's records cannot be made, written or kept private to this account. "
        "Nothing was written. Your administrator has to put the folder's permissions right."
    )


class SignInGivenUp(PlatformError):
    sentence = (
        "You were not signed in: the page in the browser was cancelled, or refused you. Nothing "
        "on this PC has changed. Try again, or tell IT if it stays."
    )


class BrowserNotOpened(PlatformError):
    sentence = (
        "The browser could not be opened on this PC, so you cannot sign in at your organisation's "
        "page here. Nothing has changed. Tell IT; whoever has a password for this PC can go on."
    )


class NoWayBack(PlatformError):
    sentence = (
        "This PC has no free port to which the browser could come back. Nothing has changed. Close "
        "other programs or start the PC anew, then try again."
    )


class SignInTooLate(PlatformError):
    sentence = (
        "Nobody finished signing in within five minutes, or the page was closed. Nothing on this "
        "PC has changed. Begin again when you are ready."
    )
