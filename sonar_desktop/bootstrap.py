"""The one place that knows every concrete class: it builds the program and holds no rule."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from PySide6.QtCore import QRect, Qt
from PySide6.QtDBus import QDBusConnection
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from sonar_core.board.build import board_row_bytes
from sonar_desktop.db.opened import open_pc_store, remove_store, set_store_aside
from sonar_desktop.platform.browser_return import BrowserReturn
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.door_plate import DoorPlate, hang_plate, read_plate
from sonar_desktop.platform.errors import FolderUnusable
from sonar_desktop.platform.hardening import harden
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.platform.os_lock import OsLock
from sonar_desktop.platform.paths import Paths, find_paths, prepare
from sonar_desktop.platform.redacting_log import EventLog
from sonar_desktop.platform.single_instance import SingleInstance
from sonar_desktop.platform.sound import open_sound
from sonar_desktop.platform.successor import read_handed_over, restart
from sonar_desktop.platform.window_place import WindowPlace, keep_place, read_place
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.live import LiveExchange
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.sync.worker import SyncWorker
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.screens.cannot_start import CannotStart
from sonar_desktop.ui.screens.own_clipboard import OwnClipboard
from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.theme import ThemeName, apply_theme
from sonar_desktop.ui.viewmodels.alarms import decode_alarms
from sonar_desktop.ui.viewmodels.collecting import CollectHere
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.session import LockReason, SessionModel
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import Identity, OpenedStore, Premises
from sonar_desktop.usecases.sync_ports import is_in_contact
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.journal import SideJournal, remove_journal
from sonar_desktop.vault.keys import calibrated
from sonar_desktop.vault.parcel import ParcelFile
from sonar_desktop.vault.policy import read_policy
from sonar_desktop.vault.recovery import fingerprint
from sonar_desktop.vault.secret_store import open_secret_store
from sonar_desktop.vault.session_keys import SessionKeys
from sonar_desktop.vault.vault import Vault

VERSION = "0.1.0"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line says."""

    data: Path | None = None
    server: str = ""
    pc_name: str = ""
    dark: bool = False
    text_size: int = 100
    is_resumed: bool = False


def run(options: Options) -> int:
    """Start the program and return its exit code once its window is closed."""
    hardening = harden()
    app = make_app(options)
    inherited = decode_alarms(read_handed_over()) if options.is_resumed else None
    paths = find_paths(options.data)
    try:
        prepare(paths)
        open_log(paths)
        instance = SingleInstance(paths.instance_lock)
        instance.take()
        background = Background()
        session = SessionModel(
            make_premises(paths, background, instance), background, inherited=inherited
        )
    except KnownError as error:
        cannot = CannotStart(error.user_message)
        cannot.show()
        app.exec()
        return 1
    structlog.get_logger("sonar").info("sonar.started", state=hardening.memory_closed)
    window = make_window(session, paths, app, options)
    window.show()
    # After the window: logind is asked, and may take a second to say nothing.
    os_lock = watch_os(session, QDBusConnection.systemBus())
    code = app.exec()
    os_lock.deleteLater()
    session.close()
    instance.release()
    return code


def open_log(paths: Paths) -> None:
    """Write the log from here on; raise FolderUnusable where it cannot be written."""
    try:
        EventLog(paths.log)
    except OSError:
        raise FolderUnusable from None


def make_app(options: Options) -> QApplication:
    """Make the application with its fonts and colours."""
    rounding = Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(rounding)
    app = QApplication([])
    app.setApplicationName("SONAR Desktop")
    apply_theme(app, ThemeName.DARK if options.dark else ThemeName.LIGHT, options.text_size)
    CollectHere(app)
    return app


def make_premises(paths: Paths, background: Background, instance: SingleInstance) -> Premises:
    """Join vault, store and exchange for this PC; raises KnownError."""
    clock = SystemClock()
    ids = SystemIds(clock)
    policy = read_policy(paths.policy_files)
    secrets = open_secret_store(policy, paths.secrets)
    vault = Vault(paths.data, store=secrets, clock=clock)

    def open_store() -> OpenedStore:
        return open_pc_store(
            paths.store,
            vault.dek,
            clock=clock,
            ids=ids,
            board_row=board_row_bytes,
            in_contact=lambda: is_in_contact(background.latest_status),
            load_identity=DeviceIdentity.load,
            journal=SideJournal(paths.journal, vault.dek),
        )

    def door(server: str, device: str, identity: Identity | None) -> ServerLink:
        signer = None if identity is None else Signer(device=device, sign=identity.sign)
        transport = Transport(server, verify=policy.server_ca or True)
        return ServerLink(transport, clock, signer)

    def exchange(opened: OpenedStore, server: str, device: str, identity: Identity) -> LiveExchange:
        worker = SyncWorker(
            link=door(server, device, identity),
            store=opened.sync,
            clock=clock,
            on_status=background.tell_sync_status,
            on_changed=background.tell_changed,
        )
        live = LiveExchange(worker, door(server, device, identity))
        live.start()
        return live

    def begin_anew(handed_over: bytes) -> None:
        instance.release()
        restart(handed_over)

    return Premises(
        keys=SessionKeys(vault, calibrated),
        clock=clock,
        ids=ids,
        sound=open_sound(),
        new_identity=DeviceIdentity.generate,
        load_identity=DeviceIdentity.load,
        door=door,
        open_store=open_store,
        set_store_aside=partial(set_store_aside, paths.store),
        begin_exchange=exchange,
        restart=begin_anew,
        fingerprint=fingerprint,
        parcels=ParcelFile(paths.data),
        remove_records=partial(_remove_records, paths),
        browser=partial(BrowserReturn, clock.monotonic_ms),
    )


def _remove_records(paths: Paths) -> None:
    remove_store(paths.store)
    remove_journal(paths.journal)


def make_window(
    session: SessionModel, paths: Paths, app: QApplication, options: Options
) -> MainWindow:
    """Make the window over the session, and keep the door plate up to date."""
    plate = read_plate(paths.data)
    front = FrontModel(
        session,
        site_name=plate.site_name,
        pc_name=plate.pc_name,
        version=VERSION,
        zone=plate.zone,
    )
    window = MainWindow(
        session,
        front,
        app,
        server=options.server,
        pc_name=options.pc_name or platform.node().upper(),
    )
    session.stage_changed.connect(partial(_keep_plate, session, paths))
    session.dropping.connect(OwnClipboard(window).take_back)
    place = read_place(paths.data)
    wanted = None if place is None else QRect(place.left, place.top, place.width, place.height)
    window.stand_at(wanted, is_maximised=place is not None and place.is_maximised)
    window.closed.connect(partial(_keep_place, window, paths))
    return window


def watch_os(session: SessionModel, bus: QDBusConnection) -> OsLock:
    """Lock the screen with the operating system's, and before the PC sleeps."""
    watched = OsLock(bus)
    lock = partial(session.lock, LockReason.WITH_PC)
    watched.locked.connect(lock)
    watched.falls_asleep.connect(lock)
    watched.falls_asleep.connect(session.background.settle)
    return watched


def _keep_place(window: MainWindow, paths: Paths) -> None:
    stands = window.normalGeometry() if window.isMaximized() else window.geometry()
    if window.isFullScreen() or stands.isEmpty():
        return
    place = WindowPlace(
        left=stands.left(),
        top=stands.top(),
        width=stands.width(),
        height=stands.height(),
        is_maximised=window.isMaximized(),
    )
    keep_place(paths.data, place)


def _keep_plate(session: SessionModel, paths: Paths) -> None:
    opened = session.open
    if opened is not None and session.admitted is not None:
        plate = DoorPlate(site_name=opened.pc.site_name, pc_name=opened.name, zone=opened.pc.zone)
        hang_plate(paths.data, plate)
