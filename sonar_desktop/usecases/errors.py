"""Errors, split by whose fault they are.

Exception
├── KnownError          the world's fault: said to the user in `user_message`, work goes on
│   ├── VaultError          keys, sign-in, device secret      (vault/errors.py)
│   ├── NotLetInError       a person or a name was refused: it is in the access log
│   │   └── LeaseOverError      their time to work here without the server is over
│   ├── UnreachedError      the server said nothing about it: no network, no answer to be read
│   ├── NotHereError        a record names another that this PC does not hold
│   ├── FaultError          a fault of ours, as the person who waits for an answer is told of it
│   ├── MovedError          a stay that has left this PC: the person is at another suite
│   └── PlatformError       folders, second start, log file   (platform/errors.py)
│   (each layer adds one branch of its own and draws it at the top of its file)
└── BugError            our fault: logged by type and line, never explained away
"""

from __future__ import annotations


class KnownError(Exception):
    """Something outside the program went wrong and the user can be told what to do.

    `user_message` says what happened, what it means and what to do. It is for the screen only:
    `str()` of the error is empty, because exception texts end up in logs and a sentence made
    for a person may name one.
    """

    user_message: str

    def __init__(self, user_message: str) -> None:
        super().__init__()
        self.user_message = user_message


class FaultError(KnownError):
    """What a person is told when work of theirs ended in a fault of the program itself."""

    def __init__(self) -> None:
        super().__init__(
            "This was not done because of a fault in this program. What you typed is still here. "
            "Try again; if it stays so, write it on paper too and tell IT."
        )


class NotLetInError(KnownError):
    """Somebody was not let in, for what they entered or for who they are."""


class LeaseOverError(NotLetInError):
    """The person's lease has ended; the server can give another."""


class UnreachedError(KnownError):
    """The server did not answer what it was asked: nothing was granted and nothing refused."""


class MovedError(KnownError):
    """A stay was moved to another suite, and its records have left this PC."""


class NotHereError(KnownError):
    """What a record belongs to is not on this PC: its row is spoilt, or has just left."""

    def __init__(self) -> None:
        super().__init__(
            "A record that this belongs to cannot be found on this PC: its copy is damaged, or it "
            "has left. Nothing was saved by this; what you typed is still here. The copy is put "
            "right from the server by itself. Try again later, or use another PC."
        )


class BugError(Exception):
    """The program broke one of its own rules; the message names the rule, never a value."""
