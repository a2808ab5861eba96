"""From what view models say to what widgets show: flaws and the state of a draft."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from sonar_desktop.ui.viewmodels.drafting import DraftFace, Keeping
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.widgets.draft_state import DraftState
from sonar_desktop.ui.widgets.field import Problem, ProblemKind
from sonar_desktop.ui.widgets.labels import WrapLabel


def problem_of(flaw: Flaw | None) -> Problem | None:
    """Return the problem a field shows for a flaw."""
    if flaw is None:
        return None
    kind = ProblemKind.REFUSED if flaw.is_refused else ProblemKind.UNUSUAL
    return Problem(kind=kind, text=flaw.text, fix=flaw.fix, keep=flaw.keep)


class DraftLine(QWidget):
    """How the draft stands; why it is not on disk is said in full, over as many lines as needed."""

    def __init__(self) -> None:
        super().__init__()
        self.state = DraftState()
        self.reason = WrapLabel("", "metab", "danger")
        self.reason.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.state)
        column.addWidget(self.reason)

    def show_face(self, face: DraftFace) -> None:
        """Show how the draft stands."""
        is_failed = face.keeping is Keeping.FAILED
        self.state.setVisible(not is_failed)
        self.reason.setVisible(is_failed)
        if face.keeping is Keeping.SAVED:
            self.state.set_saved(face.saved_at)
        elif is_failed and self.reason.text() != face.reason:
            self.state.set_failed(face.reason)
        elif face.keeping is Keeping.NOTHING:
            self.state.set_nothing()
        self.reason.setText(face.reason if is_failed else "")
