"""Where SONAR keeps its files on this PC.

An explicit folder wins; no environment variable of ours redirects records. The folder of the device
secret file (used by policy only) is another one than that of the records, so that copying the
records alone does not take it along.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sonar_desktop.platform.errors import FolderUnusable, NetworkFolder

APP: Final = "sonar-desktop"
NETWORK_FILE_SYSTEMS: Final = frozenset(
    {
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb2",
        "smb3",
        "smbfs",
    }
)
_WINDOWS_REMOTE_DRIVE: Final = 4


@dataclass(frozen=True, kw_only=True)
class Paths:
    """The folders and files of one installation."""

    data: Path
    secrets: Path
    system_policy: Path

    @property
    def store(self) -> Path:
        """The encrypted store; opened by sqlcipher3 and by nothing else."""
        return self.data / "client.db"

    @property
    def journal(self) -> Path:
        """The folder of the side journal, in which each entry stands a second time, sealed."""
        return self.data / "journal"

    @property
    def log(self) -> Path:
        """The event log, without patient data."""
        return self.data / "log" / "sonar.log"

    @property
    def instance_lock(self) -> Path:
        """The file whose OS lock one running program holds."""
        return self.data / "instance.lock"

    @property
    def policy_files(self) -> tuple[Path, ...]:
        """The administrator's policy: the PC's own first, then the data folder's."""
        return (self.system_policy, self.data / "policy.toml")


def find_paths(
    data: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    platform: str = sys.platform,
) -> Paths:
    """Return the folders for this account, or those beside an explicit data folder.

    `environment` is the process's own unless given.
    """
    known = os.environ if environment is None else environment
    if platform == "win32":
        local = Path(known.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        secrets = local / f"{APP}-secret"
        system = Path(known.get("PROGRAMDATA") or "C:/ProgramData")
        default = local / APP
    else:
        default = _absolute(known.get("XDG_DATA_HOME"), Path.home() / ".local/share") / APP
        secrets = _absolute(known.get("XDG_CONFIG_HOME"), Path.home() / ".config") / (
            f"{APP}-secret"
        )
        system = Path("/etc")
    if data is not None:
        default = data.absolute()
        secrets = default.with_name(f"{default.name}-secret")
    return Paths(data=default, secrets=secrets, system_policy=system / APP / "policy.toml")


def prepare(paths: Paths) -> None:
    """Make the data folder, for this account only, on a disk of this PC.

    Raises:
        NetworkFolder: it is on a network share, as far as the system tells.
        FolderUnusable: it cannot be made, is no folder, belongs to somebody else, or others may
            look into it and that cannot be changed.
    """
    if on_network(paths.data):
        raise NetworkFolder
    try:
        paths.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The log's folder is inside, and made with it.
        paths.log.parent.mkdir(mode=0o700, exist_ok=True)
        if sys.platform != "win32":
            found = paths.data.stat()
            if found.st_uid != os.geteuid():
                raise FolderUnusable
            if stat.S_IMODE(found.st_mode) & 0o077:
                paths.data.chmod(0o700)
    except OSError:
        raise FolderUnusable from None
    if not os.access(paths.data, os.W_OK | os.X_OK):
        raise FolderUnusable


def on_network(folder: Path, *, mounts: str | None = None) -> bool:
    """Whether a folder, or the nearest one above it that exists, is on a network share.

    `mounts` is the text of /proc/self/mountinfo unless given. Where the system does not tell, the
    answer is no.
    """
    if sys.platform == "win32":
        return _on_windows_share(folder)
    if mounts is None:
        try:
            mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
    place = folder.resolve()
    kinds: dict[Path, str] = {}
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        if len(before.split()) > 4 and after:  # noqa: PLR2004 - proc(5): field 5 is the mount point
            point = before.split()[4].encode().decode("unicode_escape")
            kinds[Path(point)] = after.split()[0]
    for above in (place, *place.parents):
        if above in kinds:
            return kinds[above] in NETWORK_FILE_SYSTEMS
    return False


def _on_windows_share(folder: Path) -> bool:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - windll exists on Windows only

        drive = folder.absolute().drive
        if drive.startswith("\\\\"):
            return True
        return ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _WINDOWS_REMOTE_DRIVE
    else:  # noqa: RET505 - mypy reads one branch per platform
        return False


def _absolute(named: str | None, default: Path) -> Path:
    # The XDG base directory specification: a path that is not absolute is to be ignored.
    return Path(named) if named and Path(named).is_absolute() else default
