"""The patient banner: who is being treated, by the rules of the NHS Common User Interface.

Source: ``custody-healthcare.md`` 5.3. Name, date of birth, gender and NHS number always, in this
order (PAB-0016); labels "Born", "Gender", "NHS No." without a colon (0033 to 0042); unknown is
"Not Known", never "?" (0019); the name is never truncated (NID-0001 to 0005); allergy status in
one of four exact labels, the first one with an icon (0064); not on pages with several people
(0015). Full width and fixed at the top is the page's part.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import STANDARD, Sizes
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, label, set_look, unbroken
from sonar_desktop.ui.widgets.painters import text_width

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

NOT_KNOWN: Final = "Not Known"
PROVISIONAL: Final = "provisional, needs a decision"


class AllergyLabel(StrEnum):
    """The four labels, word for word (PAB-0064), and two for what is not here to be shown."""

    KNOWN = "Known allergies"
    NONE_KNOWN = "No known allergies"
    NOT_RECORDED = "Allergies not recorded"
    UNAVAILABLE = "Allergies unavailable"
    HIDDEN = "Allergies cannot be shown: update this PC"
    NOT_LOADED = "Allergies not loaded"


@dataclass(frozen=True, kw_only=True)
class BannerFace:
    """What the banner shows; empty text means not known.

    ``name`` is "FAMILY, Given (Title)"; ``born`` "04-Mar-1989 (37y)"; ``nhs_number`` in 3 3 4 form;
    ``allergy_detail`` the agents and reactions; ``allergy_updated`` a date; ``provisional`` while
    two versions of the allergies await a decision.
    """

    name: str
    born: str = ""
    gender: str = ""
    nhs_number: str = ""
    custody_record: str = ""
    cell: str = ""
    identity: str = ""
    allergies: AllergyLabel = AllergyLabel.NOT_RECORDED
    allergy_detail: str = ""
    allergy_updated: str = ""
    provisional: bool = False


def allergy_text(face: BannerFace) -> str:
    """Return what stands after the allergy label; its date stays on one line."""
    parts = [face.allergy_detail] if face.allergy_detail else []
    if face.provisional:
        parts.append(PROVISIONAL)
    elif face.allergy_updated:
        parts.append(f"updated {unbroken(face.allergy_updated)}")
    return " · ".join(parts)


def spoken(face: BannerFace) -> str:
    """Return the banner as one sentence for a screen reader, in the CUI order."""
    parts = [
        face.name,
        f"Born {face.born or NOT_KNOWN}",
        f"Gender {face.gender or NOT_KNOWN}",
        f"NHS No. {face.nhs_number or NOT_KNOWN}",
        f"Custody record {face.custody_record or NOT_KNOWN}",
        f"Cell {face.cell or NOT_KNOWN}",
        f"{face.allergies} {allergy_text(face)}".strip(),
    ]
    return ". ".join(parts)


class _Pair(QWidget):
    """A label and its value, kept on one line together."""

    def __init__(self, name: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.name = label(name, "body", "onbanner2")
        self.value = _value()
        row.addWidget(self.name)
        row.addWidget(self.value)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


def _value(text: str = "", role: str = "h3") -> QLabel:
    made = label(text, role, "onbanner")
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class _Allergies(QWidget):
    """Icon, label and detail: at the right edge on one line, else wrapped, never cut."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("triangle-alert", "cautionfill", 16)
        self.label = _value()
        self.detail = WrapLabel("", "body", "onbanner")
        self.detail.setMinimumWidth(1)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(7)
        self._row.addStretch(1)
        self._row.addWidget(self._icon)
        self._row.addWidget(self.label)
        self._row.addWidget(self.detail)

    def set_face(self, face: BannerFace) -> None:
        self.label.setText(face.allergies.value)
        plain = face.allergies is AllergyLabel.NONE_KNOWN
        set_look(self.label, "tone", "onbanner" if plain else "cautionfill")
        self._icon.setVisible(not plain)
        text = allergy_text(face)
        self.detail.setText(text)
        self.detail.setVisible(bool(text))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        icon = 0 if self._icon.isHidden() else self._icon.sizeHint().width() + 7
        words = self.label.sizeHint().width() + 7 + text_width(self.detail.text(), "body") + 2
        wraps = icon + words > self.width()
        if wraps != self.detail.wordWrap():
            self.detail.setWordWrap(wraps)
        self._row.setStretch(0, 0 if wraps else 1)
        self._row.setStretch(3, 1 if wraps else 0)


class PatientBanner(QFrame):
    """The one navy block of a page; it grows rather than cut anything."""

    def __init__(self, face: BannerFace) -> None:
        """Take who is being treated."""
        super().__init__()
        self.setProperty("k", "banner")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.name = WrapLabel("", "h1", "onbanner")
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.born = _Pair("Born")
        self.gender = _Pair("Gender")
        self.nhs_number = _Pair("NHS No.")
        self.custody_record = _Pair("Custody record")
        self.cell = _Pair("Cell")
        self.identity = _Pair("Identity")
        self.allergies = _Allergies()
        self.allergy_label = self.allergies.label
        self.allergy_detail = self.allergies.detail
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 7, 14, 7)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self._flow(self.born, self.gender, self.nhs_number, right=True), 0, 1)
        grid.addWidget(self._flow(self.custody_record, self.cell, self.identity), 1, 0)
        grid.addWidget(self.allergies, 1, 1)
        grid.setColumnStretch(0, 4)
        grid.setColumnStretch(1, 5)
        self.set_sizes(STANDARD)
        self.set_face(face)

    @staticmethod
    def _flow(*pairs: QWidget, right: bool = False) -> QWidget:
        box = QWidget()
        flow = FlowLayout(box, gap=22 if right else 18, line_gap=2, right=right)
        for pair in pairs:
            flow.addWidget(pair)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        box.setSizePolicy(policy)
        return box

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the least height of the layout in force."""
        self.setMinimumHeight(current().px(sizes.banner))

    def set_face(self, face: BannerFace) -> None:
        """Show another person, or the same one changed."""
        self.name.setText(face.name)
        for pair, text in (
            (self.born, face.born),
            (self.gender, face.gender),
            (self.nhs_number, face.nhs_number),
            (self.custody_record, face.custody_record),
            (self.cell, face.cell),
            (self.identity, face.identity),
        ):
            pair.value.setText(text or NOT_KNOWN)
            pair.updateGeometry()
        self.identity.setVisible(bool(face.identity))
        self.allergies.set_face(face)
        self.setAccessibleName(spoken(face))
