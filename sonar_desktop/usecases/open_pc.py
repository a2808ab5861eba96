"""Open this PC's store once its key is there, and learn from it who this PC is."""

from __future__ import annotations

from dataclasses import dataclass

from sonar_desktop.usecases.identity_ports import Identity, OpenedStore, PcRecord, Premises
from sonar_desktop.usecases.sign_in import PC_NAME_SETTING, SERVER_SETTING, record_of, setting


@dataclass(frozen=True, kw_only=True)
class OpenPc:
    """The PC with its store open: who it is, its keys, and where its server is."""

    opened: OpenedStore
    pc: PcRecord
    identity: Identity
    server: str
    name: str


def open_pc(premises: Premises) -> OpenPc:
    """Open the store with the key that a sign-in brought; slow.

    Raises KnownError: the store's own sentences, or that its enrolment was never finished.
    """
    opened = premises.open_store()
    try:
        pc = record_of(opened)
        return OpenPc(
            opened=opened,
            pc=pc,
            identity=premises.load_identity(pc.identity),
            server=setting(opened, SERVER_SETTING) or "",
            name=setting(opened, PC_NAME_SETTING) or "",
        )
    except BaseException:
        opened.close()
        raise
