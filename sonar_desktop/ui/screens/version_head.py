"""Who wrote a version of a disputed record, where, whether offline, and when."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from sonar_desktop.ui.screens.person_head import colour_of
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.conflict_faces import VersionFace
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.labels import WrapLabel
from sonar_desktop.ui.widgets.marks import Avatar


class VersionHead(QFrame):
    """The head of one version's column."""

    def __init__(self, version: VersionFace) -> None:
        """Take the version in words."""
        super().__init__()
        self.setProperty("k", "well")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 9, 10, 9)
        column.setSpacing(3)
        top = QHBoxLayout()
        top.setSpacing(8)
        avatar = Avatar(version.who, version.initials, colour_of(version.author), 34)
        top.addWidget(avatar, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(WrapLabel(version.who, "strong"))
        role = f"{version.role} · decided before" if version.is_decision else version.role
        words.addWidget(WrapLabel(role, "meta", "ink2"))
        top.addLayout(words, 1)
        chip = Chip("Online", Tone.NEUTRAL, "cloud-check")
        if version.is_offline:
            chip = Chip("Offline", Tone.SYNC, "cloud-off")
        top.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        column.addWidget(WrapLabel(version.place, "body", "ink2"))
        column.addWidget(WrapLabel(version.times, "meta", "ink3"))
        column.addStretch(1)
        self.setAccessibleName(
            f"Version {version.letter}: {version.who}, {role}. {chip.text()}."
            f" {version.place}. {version.times}"
        )
