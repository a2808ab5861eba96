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
    face = banner_face(words(knowledge))
    assert (face.name, face.allergies, face.provisional) == ("BARROW, Connor (Mr)", label, True)


@pytest.mark.parametrize("hidden", [AllergyLabel.HIDDEN, AllergyLabel.NOT_LOADED])
@pytest.mark.parametrize("knowledge", list(AllergyKnowledge))
def test_allergies_that_are_not_all_here_are_never_called_none(knowledge, hidden):
    face = banner_face(words(knowledge, hidden, "Penicillin"))
    if knowledge is AllergyKnowledge.KNOWN:
        assert face.allergies is AllergyLabel.KNOWN
        others = hidden.value.replace("Allergies", "Others")
        assert face.allergy_detail == f"Penicillin. {others}"
    else:
        assert (face.allergies, face.allergy_detail) == (hidden, "")


def words(knowledge, hidden="", detail=""):
    return BannerWords(
        name="BARROW, Connor (Mr)",
        born="04-Mar-1989 (37y)",
        gender="Male",
        nhs_number="",
        custody_record="NF/3417",
        cell="M4",
        identity="Self-stated",
        allergies=knowledge,
        allergies_hidden=hidden,
        allergy_detail=detail,
        allergy_updated="",
        is_provisional=True,
    )
