"""The faces of the patient banner and of the alerts under it, from the view model's words."""

from __future__ import annotations

from sonar_core.board.speech import in_turn
from sonar_core.board.words import ALLERGY_TEXT
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_desktop.ui.screens.board_delegate import MARKER_ICON
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.record_faces import Alert, BannerWords
from sonar_desktop.ui.widgets.painters import ChipFace
from sonar_desktop.ui.widgets.patient_banner import AllergyLabel, BannerFace


def banner_face(words: BannerWords) -> BannerFace:
    """Return what the banner shows for these words."""
    return BannerFace(
        name=words.name,
        born=words.born,
        gender=words.gender,
        nhs_number=words.nhs_number,
        custody_record=words.custody_record,
        cell=words.cell,
        identity=words.identity,
        allergies=_label(words),
        allergy_detail=_detail(words),
        allergy_updated=words.allergy_updated,
        provisional=words.is_provisional,
    )


def alert_chip(alert: Alert) -> ChipFace:
    """Return the chip of an alert: a marker, or the level of observation."""
    if alert.category is None:
        tone = Tone.SYNC if alert.is_provisional else Tone.WARN
        return ChipFace(text=alert.text, tone=tone, icon="eye")
    icon, token = MARKER_ICON[alert.category]
    if alert.is_urgent:
        return ChipFace(text=alert.text, tone=Tone.DANGER, icon="circle-alert")
    tone = Tone.WARN if token == "warn" else Tone.NEUTRAL  # noqa: S105 a colour's name
    return ChipFace(text=alert.text, tone=tone, icon=icon)


def _label(words: BannerWords) -> AllergyLabel:
    """Return the label; of allergies that are not all here only those known are said to be so."""
    if words.allergies_hidden and words.allergies is not AllergyKnowledge.KNOWN:
        return AllergyLabel(words.allergies_hidden)
    return AllergyLabel(ALLERGY_TEXT[words.allergies])


def _detail(words: BannerWords) -> str:
    if words.allergies is not AllergyKnowledge.KNOWN:
        return ""
    return in_turn(words.allergy_detail, words.allergies_hidden.replace("Allergies", "Others"))
