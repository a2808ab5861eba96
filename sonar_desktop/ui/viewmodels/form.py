"""What every small form shares: its fields, its draft, what is wrong, and the signing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar

import msgspec
from PySide6.QtCore import Signal

from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.drafting import DraftKeeper
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.ports import Changed, Desk, Draft

E = TypeVar("E", bound=msgspec.Struct)

TYPED_ON: Final = (
    "This was signed as it stood. What you typed since is still here and is not signed."
)


class FormModel(ViewModel, Generic[E]):
    """A form of which at most one is open for a stay; `entry` holds what was typed, as typed.

    Signals:
        restored(): the form holds other content than the widgets show; fill them again.
        signed(): it was written; the form is empty again.
    """

    restored = Signal()
    signed = Signal()
    duty: Duty | None = None
    """What a role must have for the form to open; None where the entry itself decides."""
    forgets_draft = True
    """Whether the use case forgets the draft in the action that writes; else it is done after."""

    def __init__(self, workplace: Workplace, form: str, episode: str | None, empty: E) -> None:
        """Take the draft's name, whose stay it is about, and what an empty form holds."""
        super().__init__(workplace)
        self.entry = empty
        self.is_open = False
        self.is_busy = False
        self.problem = ""
        self.flaws: dict[str, Flaw] = {}
        self.place = ""
        self._empty = empty
        self._writing = empty
        self.keeper = DraftKeeper(workplace, form, episode=episode, take=self._taken)
        self.refused.connect(self._say)

    def concerns(self, changed: Changed) -> bool:  # noqa: ARG002
        """Return False: what somebody types is not changed by what others write."""
        return False

    def refresh(self) -> None:
        """Look for a draft; where there is one, the form opens as its author left it."""
        self.keeper.load(self._restore)

    def open(self) -> None:
        """Open the form, unless the person's role cannot sign it: then nothing is typed in vain."""
        if self.duty is None or not self.workplace.keeps_from(self.duty):
            self._open()

    def begin_with(self, entry: E, *, is_same: bool) -> None:
        """Open the form on something; what was typed about the same thing stays.

        What was typed about another thing is put away as a draft of its own, which shows itself
        when nothing newer is left.
        """
        if self.duty is not None and self.workplace.keeps_from(self.duty):
            return
        if not is_same:
            self.keeper.begin_another()
            self.flaws, self.problem = {}, ""
            self.entry = entry
        self.open()

    def put_away(self) -> None:
        """Close the form; what was typed is kept as a draft."""
        self.keeper.save_now()
        self.is_open = False
        self.refreshed.emit()

    def discard(self) -> None:
        """Close the form and forget what was typed."""
        self.keeper.discard()
        self._begin_anew()

    def put(self, **fields: Any) -> None:
        """Keep what was typed into fields; what was wrong with them is no longer said."""
        entry = msgspec.structs.replace(self.entry, **fields)
        if entry == self.entry:
            return
        self.entry = entry
        self.flaws = {name: flaw for name, flaw in self.flaws.items() if name not in fields}
        self.keeper.typed()
        self.refreshed.emit()

    def check(self) -> Mapping[str, Flaw]:
        """Return what is wrong, by field; the use case says the rest."""
        return {}

    def work(self) -> Callable[[Desk], object]:
        """Return the use case with what the form says; called when nothing is wrong."""
        raise NotImplementedError

    def sign(self) -> None:
        """Write it, once the person at the PC has said that it is they."""
        if self.is_ready():
            self.workplace.signing.confirm(self.write)

    def is_ready(self) -> bool:
        """Return whether nothing is wrong; else say what is."""
        self.problem = ""
        self.flaws = dict(self.check())
        self.refreshed.emit()
        return not self.flaws and not self.is_busy

    def write(self) -> None:
        """Write it now."""
        if self.is_busy:
            return
        self.is_busy = True
        self.keeper.hold()
        self._writing = self.entry
        self.act(self.work(), self._written)
        self.refreshed.emit()

    def close(self) -> None:
        """Put the draft on disk too."""
        self.keeper.close()
        super().close()

    def _written(self, _answer: object) -> None:
        if self.forgets_draft:
            self.keeper.renew()
        else:
            self.keeper.discard()
        if self.entry == self._writing:
            self._begin_anew()
        else:
            self._go_on()
        self.signed.emit()

    def _open(self) -> None:
        self.is_open = True
        self.restored.emit()
        self.refreshed.emit()

    def _go_on(self) -> None:
        """Stay open: somebody typed on while the entry was being written."""
        self.is_busy = False
        self.problem = TYPED_ON
        self.keeper.typed()
        self.refreshed.emit()

    def _begin_anew(self) -> None:
        self.entry = self._empty
        self.is_open = False
        self.is_busy = False
        self.problem = ""
        self.flaws = {}
        self.restored.emit()
        self.refreshed.emit()

    def _restore(self, draft: Draft | None) -> None:
        if draft is None or self.keeper.is_unsaved:
            return
        try:
            self.entry = msgspec.json.decode(draft.body, type=type(self._empty))
        except msgspec.DecodeError:
            # Written by another version of the program: it stays on disk under its own id.
            self.keeper.renew()
            return
        self.place = draft.place
        self._open()

    def _refuse(self, error: KnownError) -> None:
        if self.is_busy:
            self.is_busy = False
            self.keeper.resume()
        if isinstance(error, InputError):
            self.flaws = {name: Flaw(text=text) for name, text in error.problems}
        super()._refuse(error)

    def _say(self, sentence: str) -> None:
        self.problem = sentence
        self.refreshed.emit()

    def _taken(self) -> tuple[bytes, str]:
        return msgspec.json.encode(self.entry), self.place
