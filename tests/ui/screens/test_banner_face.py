from __future__ import annotations

import pytest

from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_desktop.ui.screens.banner_face import banner_face
from sonar_desktop.ui.viewmodels.record_faces import BannerWords
from sonar_desktop.ui.widgets.patient_banner import AllergyLabel


@pytest.mark.parametrize(
    ("knowledge", "label"),
    [
        (AllergyKnowledge.KNOWN, AllergyLabel.KNOWN),
        (AllergyKnowledge.NONE_KNOWN, AllergyLabel.NONE_KNOWN),
        (AllergyKnowledge.NOT_RECORDED, AllergyLabel.NOT_RECORDED),
        (AllergyKnowledge.UNAVAILABLE, AllergyLabel.UNAVAILABLE),
    ],
)
def test_allergies_have_one_of_the_four_labels(knowledge, label):
    words = BannerWords(
        name="BARROW, Connor (Mr)",
        born="04-Mar-1989 (37y)",
        gender="Male",
        nhs_number="",
        custody_record="NF/3417",
        cell="M4",
        identity="Self-stated",
        allergies=knowledge,
        allergy_detail="",
        allergy_updated="",
        is_provisional=True,
    )
    face = banner_face(words)
    assert (face.name, face.allergies, face.provisional) == ("BARROW, Connor (Mr)", label, True)
