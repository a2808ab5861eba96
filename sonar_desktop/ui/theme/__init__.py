"""Design tokens and the one style sheet made from them."""

from __future__ import annotations
