"""Which duty each use case asks for, read from its source: what the table of roles is held against.

A use case that writes is a function with one `require` and one `write` under its intent.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

from sonar_core.roles import TABLE, Duty
from sonar_desktop import usecases

FOLDER: Final = Path(usecases.__file__).parent
WITHOUT_A_DUTY: Final = frozenset(
    {"first_sync", "hear_roll", "obey_wipe", "renew_lease", "sign_in", "strike_out"}
)
"""What no table decides: who somebody is, the access log; a strike-out goes by the kind struck."""


def _called(part: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(part)
        if isinstance(node, ast.Call)
        and name in {getattr(node.func, "id", None), getattr(node.func, "attr", None)}
    ]


def _found() -> dict[str, Duty | None]:
    found: dict[str, Duty | None] = {}
    for module in sorted(FOLDER.glob("*.py")):
        for function in ast.parse(module.read_text(encoding="utf-8")).body:
            if not isinstance(function, ast.FunctionDef):
                continue
            duties = [
                Duty[node.attr]
                for call in _called(function, "require")
                for node in call.args
                if isinstance(node, ast.Attribute) and node.attr in Duty.__members__
            ]
            for call in _called(function, "write"):
                if isinstance(call.args[1], ast.Constant):
                    found[str(call.args[1].value)] = duties[0] if duties else None
    return found


INTENTS: Final = _found()
DUTIES: Final = {intent: duty for intent, duty in INTENTS.items() if duty is not None}


def check_kinds(intent: str, kinds: set[str]) -> None:
    """Hold what a use case writes against the table by which the server marks it."""
    if intent in DUTIES:
        assert kinds <= TABLE[DUTIES[intent]].writes, (intent, kinds)
