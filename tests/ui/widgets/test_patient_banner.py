from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import DENSE
from sonar_desktop.ui.widgets.patient_banner import (
    AllergyLabel,
    BannerFace,
    PatientBanner,
    allergy_text,
    spoken,
)

BARROW = BannerFace(
    name="BARROW, Connor (Mr)",
    born="04-Mar-1989 (37y)",
    gender="Male",
    nhs_number="999 041 7261",
    custody_record="NF/3417/26",
    cell="M4",
    identity="Self-stated, 1 alias",
    allergies=AllergyLabel.KNOWN,
    allergy_detail="Penicillin: anaphylaxis",
    allergy_updated="14-Nov-2026",
)
LONG = dataclasses.replace(
    BARROW,
    name="FEATHERSTONEHAUGH-CHOLMONDELEY-RAMAKRISHNAN-OKONKWO-FITZGERALD, Wilhelmina (Ms)",
    custody_record="NF/3417/26-000000001",
    allergy_detail="Penicillin: anaphylaxis; co-trimoxazole: rash and swelling of the face " * 2,
)


def banner(shown, face=BARROW, width=1285) -> PatientBanner:
    return shown(PatientBanner(face), width, 200)


def words(widget: PatientBanner) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_the_four_allergy_labels_are_word_for_word_and_two_say_that_they_are_not_here():
    assert [label.value for label in AllergyLabel] == [
        "Known allergies",
        "No known allergies",
        "Allergies not recorded",
        "Allergies unavailable",
        "Allergies cannot be shown: update this PC",
        "Allergies not loaded",
    ]


def test_name_birth_gender_and_nhs_number_are_always_there_in_this_order(shown):
    said = spoken(BARROW)
    order = ["BARROW, Connor (Mr)", "Born 04-Mar", "Gender Male", "NHS No. 999 041 7261"]
    places = [said.index(part) for part in order]
    assert places == sorted(places)
    seen = words(banner(shown))
    for label in ("Born", "Gender", "NHS No.", "Custody record", "Cell", "Known allergies"):
        assert label in seen
    assert not any(text.endswith(":") for text in seen)


def test_what_is_not_known_says_so_and_is_never_a_question_mark(shown):
    widget = banner(shown, BannerFace(name="Unknown male"))
    seen = words(widget)
    assert seen.count("Not Known") == 5
    assert "Allergies not recorded" in seen
    assert "?" not in "".join(seen)
    assert "Identity" not in seen
    assert widget.accessibleName().endswith("Allergies not recorded")


def test_two_versions_of_the_allergies_are_marked_provisional():
    face = dataclasses.replace(BARROW, provisional=True)
    assert allergy_text(face) == "Penicillin: anaphylaxis · provisional, needs a decision"
    assert "provisional, needs a decision" in spoken(face)


def test_the_date_of_the_last_update_stands_after_the_allergies():
    text = allergy_text(BARROW).replace("\u2060", "")
    assert text == "Penicillin: anaphylaxis · updated 14-Nov-2026"
    assert allergy_text(BannerFace(name="x")) == ""


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("width", [880, 1285])
@pytest.mark.parametrize("face", [BARROW, LONG], ids=["usual", "longest"])
def test_nothing_in_the_banner_is_ever_cut(shown, qtbot, put_on, scale, width, face):
    put_on("light", scale)
    widget = banner(shown, face, width)

    def grown() -> bool:
        layout = widget.layout()
        widget.resize(
            max(width, layout.minimumSize().width()), layout.totalHeightForWidth(widget.width())
        )
        return all(
            label.width() >= label.fontMetrics().horizontalAdvance(label.text())
            for label in widget.findChildren(QLabel)
            if label.isVisible() and label.text() and not label.wordWrap()
        ) and all(
            label.height() >= label.heightForWidth(label.width())
            for label in (widget.name, widget.allergy_detail)
            if label.wordWrap()
        )

    qtbot.waitUntil(grown)
    assert "…" not in "".join(words(widget))
    assert widget.name.text() == face.name


def test_known_allergies_are_emphasised_and_none_known_are_not(shown):
    widget = banner(shown)
    shade = QPalette.ColorRole.WindowText
    assert widget.allergy_label.palette().color(shade) == current().colour("cautionfill")
    widget.set_face(dataclasses.replace(BARROW, allergies=AllergyLabel.NONE_KNOWN))
    assert widget.allergy_label.palette().color(shade) == current().colour("onbanner")
    assert widget.allergy_label.text() == "No known allergies"


def test_the_name_can_be_copied_and_the_banner_is_lower_in_a_small_window(shown):
    widget = banner(shown)
    flags = widget.name.textInteractionFlags()
    assert flags & Qt.TextInteractionFlag.TextSelectableByMouse
    assert widget.minimumHeight() == 68
    widget.set_sizes(DENSE)
    assert widget.minimumHeight() == 58
