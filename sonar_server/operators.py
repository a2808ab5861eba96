"""Who says so, and why: asked of an operator before something that was stopped goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sonar_server.administration import AdministrationError

_MOST: Final = 200


@dataclass(frozen=True)
class Word:
    """An operator's name and reason, one line each; never anything about a patient."""

    by: str
    why: str

    def __post_init__(self) -> None:
        """Raise AdministrationError for what is empty, too long or no line of text."""
        for text in (self.by, self.why):
            if not text.strip() or len(text) > _MOST or not text.isprintable():
                raise AdministrationError(
                    f"give a name and a reason, one line of at most {_MOST} characters each"
                )

    @property
    def said(self) -> str:
        """The line that an incident keeps."""
        return f"{self.by.strip()} says: {self.why.strip()}"
