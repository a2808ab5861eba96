"""What a role cannot do is not offered: absent, not grey (ux.md 2)."""

from __future__ import annotations

from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.button import Button


def offer(workplace: Workplace, duty: Duty, *buttons: Button) -> None:
    """Leave these buttons out for good where the signed-in person's role has not the duty."""
    if workplace.keeps_from(duty):
        for button in buttons:
            button.withhold()
