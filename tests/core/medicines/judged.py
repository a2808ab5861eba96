"""The judged cases of a dose, as the checks take them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sonar_core.medicines.checks import DoseAsked
from sonar_core.moments import moment_at
from sonar_core.records.allergy_status import AllergyKnowledge
from tests.core.board.custody import ZONE, allergy, dose, order

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "medication_checks.json").read_text(encoding="utf-8")
)
# The cases about what this rule knows: the order's own interval and maximum, a matching allergy,
# refused doses, the emergency list; with the default rule whose limits the order has. M20 is a
# detainee's own medicine without limits.
COVERED = {
    "M1": "paracetamol",
    "M2": "paracetamol",
    "M4": "paracetamol",
    "M5": "paracetamol",
    "M9": "ibuprofen",
    "M11": "ibuprofen",
    "M12": "dihydrocodeine_IR",
    "M18": "naloxone",
    "M20": None,
    "M21": "paracetamol",
}
JUDGED = [vector for vector in VECTORS["vectors"] if vector["id"] in COVERED]


def asked_by(vector: dict[str, Any]) -> DoseAsked:
    """The vector as an order with the rule's limits, and the doses before it."""
    rule = VECTORS["default_rules"].get(COVERED[vector["id"]], {})
    name = vector["drug"].split()[0]
    record = order(
        name,
        start_at=moment_at(0, ZONE),
        interval_minutes=rule.get("min_interval_h", 0) * 60 or None,
        maximum_24h=str(rule["max_mg_24h"]) if "max_mg_24h" in rule else None,
        strength="",
    )
    taken = []
    for number, (when, milligrams, *how) in enumerate(vector["prior"]):
        if how == ["refused"]:
            continue
        taken.append(
            dose(
                str(number),
                0,
                performed_at=moment_at(_ms(when), ZONE),
                request=record.id,
                ingredients=record.ingredients,
                dose=str(milligrams),
            )
        )
    allergies = (allergy(substance=vector["allergy"]),) if "allergy" in vector else ()
    return DoseAsked(
        order=record,
        dose=str(vector["dose_mg"]),
        at_ms=_ms(vector["now"]),
        zone=ZONE,
        taken=tuple(taken),
        allergy_knowledge=AllergyKnowledge.KNOWN,
        allergies=allergies,
    )


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)
