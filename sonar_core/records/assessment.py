"""A history taken by questionnaire."""

from __future__ import annotations

import msgspec

from sonar_core.records.base import Fact

Answer = str | int | bool


class Assessment(Fact, frozen=True, kw_only=True):
    """Answers to one version of a FHIR Questionnaire; a linkId that is absent was not asked.

    Decimals are text. `scores` holds the total of each scored group that was complete.
    """

    questionnaire: str
    questionnaire_version: str
    answers: dict[str, tuple[Answer, ...]]
    scores: dict[str, int] = msgspec.field(default_factory=dict)
    answered: int
    relevant: int
