"""The patient banner's face from the view model's words."""

from __future__ import annotations

from sonar_core.board.words import ALLERGY_TEXT
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
        allergies=AllergyLabel(ALLERGY_TEXT[words.allergies]),
        allergy_detail=words.allergy_detail,
        allergy_updated=words.allergy_updated,
        provisional=words.is_provisional,
    )
