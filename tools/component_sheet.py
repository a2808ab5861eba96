"""Render every base widget in every state: build/sheet/{light,dark,grey,large}-*.png.

Usage: QT_QPA_PLATFORM=offscreen python tools/component_sheet.py [output folder]
All people and numbers are made up; NHS numbers are in the 999 test range.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from sonar_desktop.ui.theme import ThemeName, apply_theme
from tools.sheet.forms import forms_sheet
from tools.sheet.marks import marks_sheet
from tools.sheet.shell import shell_sheet

SHEETS: dict[str, Callable[[], QWidget]] = {
    "marks": marks_sheet,
    "forms": forms_sheet,
    "shell": shell_sheet,
}
LOOKS = (("light", ThemeName.LIGHT, 100), ("dark", ThemeName.DARK, 100))


def _settle(app: QApplication, widget: QWidget) -> None:
    """Give a page the height that its wrapped parts ask for, as a scroll area would."""
    for _ in range(4):
        app.processEvents()
        layout = widget.layout()
        least = layout.minimumSize()
        width = max(widget.minimumWidth(), least.width())
        height = max(layout.totalMinimumHeightForWidth(width), least.height())
        widget.resize(width, height)
    app.processEvents()


def main(folder: Path) -> None:
    """Write the sheets in both themes, in grey, and in light at 150 and 200 per cent."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    for look, name, scale in (
        *LOOKS,
        ("large", ThemeName.LIGHT, 150),
        ("huge", ThemeName.LIGHT, 200),
    ):
        apply_theme(app, name, scale)
        for sheet, build in SHEETS.items():
            widget = build()
            widget.show()
            _settle(app, widget)
            image = widget.grab().toImage()
            image.save(str(folder / f"{look}-{sheet}.png"))
            if look == "light":
                grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
                grey.save(str(folder / f"grey-{sheet}.png"))
            widget.hide()
            widget.deleteLater()
            print(folder / f"{look}-{sheet}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build/sheet"))
