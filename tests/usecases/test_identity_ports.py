from __future__ import annotations

from sonar_desktop.usecases.identity_ports import PcRecord


def test_a_pc_s_record_never_shows_its_keys_in_an_error_or_a_log():
    record = PcRecord(
        device="0192d3a4-0000-7000-8000-0000000000d1",
        incarnation=1,
        site="site",
        site_name="Northfield custody suite",
        organisation="organisation",
        zone="Europe/London",
        server_id="server",
        scopes=(),
        identity=b"private keys",
        lease_public=bytes(32),
        recovery_public=bytes(32),
    )
    assert repr(record) == "<PcRecord 0192d3a4-0000-7000-8000-0000000000d1>"
    assert "private" not in f"{record}"
