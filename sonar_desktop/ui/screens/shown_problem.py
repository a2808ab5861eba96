"""From what view models say to what widgets show: flaws and the state of a draft."""

from __future__ import annotations

from sonar_desktop.ui.viewmodels.drafting import DraftFace, Keeping
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.widgets.draft_state import DraftState
from sonar_desktop.ui.widgets.field import Problem, ProblemKind


def problem_of(flaw: Flaw | None) -> Problem | None:
    """Return the problem a field shows for a flaw."""
    if flaw is None:
        return None
    kind = ProblemKind.REFUSED if flaw.is_refused else ProblemKind.UNUSUAL
    return Problem(kind=kind, text=flaw.text, fix=flaw.fix, keep=flaw.keep)


def show_keeping(shown: DraftState, face: DraftFace) -> None:
    """Show how the draft stands."""
    if face.keeping is Keeping.SAVED:
        shown.set_saved(face.saved_at)
    elif face.keeping is Keeping.FAILED:
        shown.set_failed(face.reason)
    elif face.keeping is Keeping.NOTHING:
        shown.set_nothing()
