"""Keys: who may open the store on this PC, and how."""

from __future__ import annotations
