"""The red strip under the top bar while somebody works under a lease that has ended."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from sonar_core.board.speech import in_turn
from sonar_desktop.ui.viewmodels.lease_words import LeaseNotice
from sonar_desktop.ui.viewmodels.shell import ShellModel
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, label
from sonar_desktop.ui.widgets.messages import announce


class LeaseStrip(QFrame):
    """Takes no room while the lease runs."""

    def __init__(self, model: ShellModel) -> None:
        """Take the frame's model; `refresh` shows it for the first time."""
        super().__init__()
        self._model = model
        self._said: LeaseNotice | None = None
        self.setProperty("k", "lease")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 6, 16, 6)
        row.setSpacing(10)
        self._headline = label("", "h3", "danger")
        self._text = WrapLabel("", "body", "ink")
        row.addWidget(IconLabel("shield-alert", "danger"))
        row.addWidget(self._headline)
        row.addWidget(self._text, 1)
        model.changed.connect(self.refresh)
        self.hide()

    def refresh(self) -> None:
        """Show what is to be said now; a screen reader says it once."""
        notice = self._model.lease
        if notice == self._said:
            return
        self._said = notice
        self.setVisible(notice is not None)
        if notice is not None:
            self._headline.setText(notice.headline)
            self._text.setText(notice.text)
            self.setAccessibleName(in_turn(f"{notice.headline}.", notice.text))
            announce(self, self.accessibleName(), urgent=True)
