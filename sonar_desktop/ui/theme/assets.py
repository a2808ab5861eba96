"""Where the bundled files are: ``resources/`` beside the package, in a checkout and when frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Final

RESOURCES: Final = Path(__file__).resolve().parents[3] / "resources"


def resource(*parts: str) -> Path:
    """Return the path of a bundled file; raise FileNotFoundError if the bundle lacks it."""
    path = RESOURCES.joinpath(*parts)
    if not path.exists():
        msg = f"bundled file is missing: {'/'.join(parts)}"
        raise FileNotFoundError(msg)
    return path
