"""Errors, split by whose fault they are.

Exception
├── KnownError          the world's fault: said to the user in `user_message`, work goes on
│   ├── VaultError          keys, sign-in, device secret      (vault/errors.py)
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


class BugError(Exception):
    """The program broke one of its own rules; the message names the rule, never a value."""
