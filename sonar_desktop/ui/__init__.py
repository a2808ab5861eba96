"""Everything that is seen: screens, forms, widgets, their view models and the theme."""

from __future__ import annotations
