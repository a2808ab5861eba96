"""Rail, banner, strips, tabs, pills, sign-in parts."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.widgets.alert_strip import AlertStrip
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.focus_ring import FocusRing
from sonar_desktop.ui.widgets.labels import Card, label
from sonar_desktop.ui.widgets.marks import Avatar
from sonar_desktop.ui.widgets.messages import OutageStrip
from sonar_desktop.ui.widgets.nav import Rail, RailItem
from sonar_desktop.ui.widgets.painters import ChipFace
from sonar_desktop.ui.widgets.patient_banner import AllergyLabel, BannerFace, PatientBanner
from sonar_desktop.ui.widgets.pin import PinDots, PinPad
from sonar_desktop.ui.widgets.sync_pill import PillFace, PillKind, SyncPill
from sonar_desktop.ui.widgets.tab_bar import TabBar
from sonar_desktop.ui.widgets.toast import Toast
from sonar_desktop.ui.widgets.user_tile import PersonFace, UserTile
from tools.sheet.marks import flow

RAIL = (
    RailItem(key="board", text="Board", icon="layout-grid"),
    RailItem(key="due", text="Due", icon="list-checks"),
    RailItem(key="referrals", text="Referrals", icon="phone-incoming"),
    RailItem(key="medicines", text="Medicines", icon="pill"),
    RailItem(key="register", text="CD register", icon="book-lock"),
    RailItem(key="handover", text="Handover", icon="handshake"),
    RailItem(key="conflicts", text="Conflicts", icon="git-compare-arrows"),
    RailItem(key="reports", text="Reports", icon="chart-column"),
    RailItem(key="sync", text="Sync", icon="refresh-cw", low=True),
    RailItem(key="help", text="Help", icon="circle-question-mark", low=True),
)
PILLS = (
    PillFace(kind=PillKind.UP_TO_DATE, text="Up to date", detail="Last contact 14:31"),
    PillFace(kind=PillKind.SENDING, text="Sending 2 changes", detail="Last contact 14:31"),
    PillFace(kind=PillKind.OFFLINE, text="Offline · 14 waiting", detail="Last contact 14:32"),
    PillFace(kind=PillKind.CATCHING_UP, text="Catching up · 9 of 14", detail="1 held back"),
    PillFace(kind=PillKind.HELD, text="1 held back", detail="Needs you"),
    PillFace(
        kind=PillKind.SIGN_IN, text="Sign in again to send", detail="3 waiting, safe on this PC"
    ),
)
PEOPLE = (
    (
        "Rhona Okafor",
        "RO",
        "Nurse",
        ChipFace(text="PIN · 1 draft waiting", tone=Tone.ACCENT, icon="file-pen"),
    ),
    ("Sam Petrie", "SP", "Paramedic", ChipFace(text="PIN", icon="key-round")),
    (
        "Dr Lena Marek",
        "LM",
        "Forensic physician",
        ChipFace(text="Password needed today", tone=Tone.WARN, icon="lock"),
    ),
    (
        "Wilhelmina Featherstonehaugh-Cholmondeley-Ramakrishnan-Okonkwo",
        "WO",
        "Forensic healthcare professional",
        ChipFace(text="PIN", icon="key-round"),
    ),
)
ALERTS = (
    ChipFace(text="Suspected opioids taken today", tone=Tone.DANGER, icon="circle-alert"),
    ChipFace(text="Level 2 · rouse every 30 min", tone=Tone.WARN, icon="eye"),
    ChipFace(text="Self-harm history 2024", tone=Tone.WARN, icon="triangle-alert"),
    ChipFace(text="Asthma", icon="wind"),
    ChipFace(text="Appropriate adult not needed", icon="user-check"),
)
BARROW = BannerFace(
    name="BARROW, Connor (Mr)",
    born="04-Mar-1989 (37y)",
    gender="Male",
    nhs_number="999 041 7261",
    custody_record="NF/3417/26",
    cell="M4",
    identity="Self-stated, 1 alias",
    allergies=AllergyLabel.KNOWN,
    allergy_detail="Penicillin: anaphylaxis",
    allergy_updated="14-Nov-2026",
)
LONG = BannerFace(
    name="FEATHERSTONEHAUGH-CHOLMONDELEY-RAMAKRISHNAN-OKONKWO-FITZGERALD, Wilhelmina (Ms)",
    custody_record="NF/3417/26-0000000001",
    cell="F12",
    allergies=AllergyLabel.KNOWN,
    allergy_detail="Penicillin: anaphylaxis; co-trimoxazole: rash and swelling of the face",
    provisional=True,
)


def record_head(face: BannerFace, alerts: tuple[ChipFace, ...]) -> QWidget:
    """Return banner, strip and tabs as the record page stacks them."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(PatientBanner(face))
    strip = AlertStrip()
    strip.set_alerts(alerts)
    column.addWidget(strip)
    tabs = TabBar()
    for name in (
        "Summary",
        "Assessment",
        "Observations",
        "Medicines",
        "Scales",
        "Body map",
        "Plan and tasks",
        "Consent",
    ):
        tabs.addTab(name)
    tabs.set_badge(2, "due 14:40")
    tabs.set_badge(3, "1 due")
    tabs.set_badge(6, "4")
    tabs.setCurrentIndex(2)
    column.addWidget(tabs)
    return box


def _sign_in() -> tuple[QWidget, PinDots]:
    box = QWidget()
    line = QHBoxLayout(box)
    tiles = QWidget()
    grid = QGridLayout(tiles)
    grid.setSpacing(12)
    for number, (name, initials, role, note) in enumerate(PEOPLE):
        tile = UserTile(
            PersonFace(name=name, initials=initials, role=role, person=number, note=note)
        )
        tile.setChecked(number == 0)
        grid.addWidget(tile, number // 2, number % 2)
    grid.addWidget(Button("Emergency access", Variant.DANGER, icon="siren", height=44), 2, 0)
    grid.setRowStretch(3, 1)
    line.addWidget(tiles, 1)
    pad = Card("PIN", padding=24)
    pad.body.addWidget(Avatar("Rhona Okafor", "RO", 0, 40))
    pad.body.addWidget(label("Your 6-number PIN", "metab"))
    dots = PinDots("Your 6-number PIN")
    dots.setText("1234")
    pad.body.addWidget(dots)
    pad.body.addWidget(label("2 of 5 tries left before your password is needed", "metab", "warn"))
    pad.body.addWidget(PinPad(dots))
    line.addWidget(pad)
    return box, dots


def shell_sheet() -> QWidget:
    """Return the sheet of everything around the pages."""
    page = QWidget()
    page.setProperty("k", "canvas")
    page.setMinimumWidth(1440)
    line = QHBoxLayout(page)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(0)
    rail = Rail(RAIL)
    rail.set_current("board")
    rail.set_badge("due", 4, Tone.DANGER, "4 late")
    rail.set_badge("conflicts", 2, Tone.SYNC, "2 need a decision")
    rail.set_badge("sync", 1, Tone.WARN, "1 held back")
    line.addWidget(rail)
    column = QVBoxLayout()
    column.setSpacing(0)
    line.addLayout(column, 1)
    column.addWidget(flow(*[SyncPill(face) for face in PILLS]))
    strip = OutageStrip("Paper catch-up", "file-pen")
    strip.set_message(
        "Working offline for 3hr 12min",
        "14 changes are saved on this PC and waiting to send. Alarms and checks keep running.",
    )
    column.addWidget(strip)
    column.addWidget(record_head(BARROW, ALERTS))
    column.addSpacing(12)
    column.addWidget(record_head(LONG, ALERTS * 2))
    column.addSpacing(12)
    unknown = BannerFace(name="Unknown male", custody_record="NF/3420/26", cell="M6")
    column.addWidget(record_head(unknown, ()))
    sign_in, dots = _sign_in()
    column.addWidget(sign_in)
    column.addStretch()
    app = QApplication.instance()
    if isinstance(app, QApplication):
        FocusRing(page, app)
    toast = Toast(page, left=97)
    toast.say("Filter cleared", undo=True)
    dots.setFocus()
    return page
