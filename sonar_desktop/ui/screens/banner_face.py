"""The patient banner's face from the view model's words."""

from __future__ import annotations

from sonar_core.board.speech import in_turn
from sonar_core.board.words import ALLERGY_TEXT
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_desktop.ui.viewmodels.record_faces import BannerWords
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


def _label(words: BannerWords) -> AllergyLabel:
    """Return the label; of allergies that are not all here only those known are said to be so."""
    if words.allergies_hidden and words.allergies is not AllergyKnowledge.KNOWN:
        return AllergyLabel(words.allergies_hidden)
    return AllergyLabel(ALLERGY_TEXT[words.allergies])


def _detail(words: BannerWords) -> str:
    if words.allergies is not AllergyKnowledge.KNOWN:
        return ""
    return in_turn(words.allergy_detail, words.allergies_hidden.replace("Allergies", "Others"))
