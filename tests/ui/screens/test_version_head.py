from __future__ import annotations

from dataclasses import replace

from sonar_desktop.ui.screens.version_head import VersionHead
from sonar_desktop.ui.viewmodels.conflict_faces import VersionFace
from sonar_desktop.ui.widgets.chip import Chip

SAM = VersionFace(
    letter="A",
    who="Sam Petrie",
    role="Paramedic",
    initials="SP",
    author="u3",
    place="PC ending 00D2",
    is_offline=False,
    times="Written 12:10",
    whole="Level 3 constant.",
    short="Level 3 constant.",
    is_in_use=True,
    is_decision=False,
)


def test_a_head_says_who_where_and_when_in_one_sentence(qtbot, light):
    head = VersionHead(SAM)
    qtbot.addWidget(head)
    assert head.accessibleName() == (
        "Version A: Sam Petrie, Paramedic. Online. PC ending 00D2. Written 12:10"
    )


def test_offline_and_an_earlier_decision_are_said_in_words(qtbot, light):
    head = VersionHead(replace(SAM, is_offline=True, is_decision=True))
    qtbot.addWidget(head)
    assert head.findChild(Chip).text() == "Offline"
    assert "Paramedic · decided before" in head.accessibleName()
