from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from sonar_desktop.platform import paths as module
from sonar_desktop.platform.errors import FolderUnusable, NetworkFolder
from sonar_desktop.platform.paths import find_paths, on_network, prepare

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:40 / /people rw,relatime - nfs4 server:/people rw
41 40 8:2 / /people/local rw - ext4 /dev/sda2 rw
42 22 0:42 / /mnt/ward\040share rw - cifs //server/share rw
43 22 0:43 / /media/remote rw - fuse.sshfs host: rw
broken line
"""


def test_linux_keeps_records_in_the_data_home_and_the_secret_elsewhere(tmp_path):
    found = find_paths(
        environment={"XDG_DATA_HOME": "/x/data", "XDG_CONFIG_HOME": "/x/config"}, platform="linux"
    )
    assert found.data == Path("/x/data/sonar-desktop")
    assert found.secrets == Path("/x/config/sonar-desktop-secret")
    assert found.policy_files == (
        Path("/etc/sonar-desktop/policy.toml"),
        Path("/x/data/sonar-desktop/policy.toml"),
    )
    assert found.store == Path("/x/data/sonar-desktop/client.db")
    assert found.log == Path("/x/data/sonar-desktop/log/sonar.log")
    assert found.instance_lock == Path("/x/data/sonar-desktop/instance.lock")


@pytest.mark.parametrize("environment", [{}, {"XDG_DATA_HOME": "relative", "XDG_CONFIG_HOME": ""}])
def test_a_missing_or_relative_data_home_is_the_accounts_own(environment):
    found = find_paths(environment=environment, platform="linux")
    assert found.data == Path.home() / ".local/share/sonar-desktop"
    assert found.secrets == Path.home() / ".config/sonar-desktop-secret"


def test_windows_keeps_records_in_the_local_application_data():
    found = find_paths(
        environment={"LOCALAPPDATA": "C:/U/Local", "PROGRAMDATA": "C:/PD"}, platform="win32"
    )
    assert found.data == Path("C:/U/Local/sonar-desktop")
    assert found.secrets == Path("C:/U/Local/sonar-desktop-secret")
    assert found.system_policy == Path("C:/PD/sonar-desktop/policy.toml")


def test_an_explicit_folder_wins_and_its_secret_is_beside_it_and_not_in_it(tmp_path):
    found = find_paths(tmp_path / "pc1", environment={"XDG_DATA_HOME": "/x"})
    assert found.data == tmp_path / "pc1"
    assert found.secrets == tmp_path / "pc1-secret"


def test_the_processs_own_environment_is_read(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/y")
    assert find_paths(platform="linux").data == Path("/y/sonar-desktop")


def test_the_data_folder_is_made_for_this_account_only(tmp_path):
    found = find_paths(tmp_path / "a" / "pc1")
    prepare(found)
    prepare(found)
    assert stat.S_IMODE(found.data.stat().st_mode) == 0o700
    assert found.log.parent.is_dir()


def test_a_data_folder_that_others_may_look_into_is_closed(tmp_path):
    found = find_paths(tmp_path / "pc1")
    found.data.mkdir(mode=0o755)
    found.data.chmod(0o755)
    prepare(found)
    assert stat.S_IMODE(found.data.stat().st_mode) == 0o700


def test_a_file_in_place_of_the_data_folder_is_refused_and_left(tmp_path):
    found = find_paths(tmp_path / "pc1")
    found.data.write_text("something")
    with pytest.raises(FolderUnusable):
        prepare(found)
    assert found.data.read_text() == "something"


@pytest.mark.skipif(sys.platform == "win32", reason="owners are POSIX")
def test_a_data_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    found = find_paths(tmp_path / "pc1")
    monkeypatch.setattr(module.os, "geteuid", lambda: 12345)
    with pytest.raises(FolderUnusable):
        prepare(found)


def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    found = find_paths(tmp_path / "pc1")
    # Root may write anywhere, so the answer of the system is put in its place.
    monkeypatch.setattr(module.os, "access", lambda *_: False)
    with pytest.raises(FolderUnusable):
        prepare(found)


@pytest.mark.parametrize(
    ("folder", "is_network"),
    [
        ("/var/lib/sonar", False),
        ("/people/nurse/.local/share/sonar", True),
        ("/people/local/nurse", False),
        ("/peoples", False),
        ("/mnt/ward share/sonar", True),
        ("/media/remote/x", True),
    ],
)
def test_a_network_share_is_known_by_the_mount_nearest_above(folder, is_network):
    assert on_network(Path(folder), mounts=MOUNTS) is is_network


def test_nothing_is_refused_where_the_system_does_not_tell():
    assert on_network(Path("/people/nurse"), mounts="") is False


def test_records_are_not_put_on_a_network_share(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "on_network", lambda _: True)
    found = find_paths(tmp_path / "pc1")
    with pytest.raises(NetworkFolder):
        prepare(found)
    assert not found.data.exists()


def test_the_systems_own_list_of_mounts_is_read(tmp_path):
    assert on_network(tmp_path) is False
