"""Sign-in by a real provider, over HTTP, from the address that the browser opens to the lease."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import requests

from sonar_core.sync.browser_sign_in import (
    RANDOM_BYTES,
    AskIssuer,
    BrowserSignedIn,
    BrowserSignIn,
    IssuerSheet,
    RenewSession,
    begun,
    browser_address,
    code_in,
)
from sonar_core.sync.messages import PROTOCOL, Refusal
from sonar_desktop.platform.browser_return import BrowserReturn
from sonar_desktop.sync.errors import NotConfirmedError, SessionEndedError
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.vault.lease import checked_lease
from sonar_server import administration, cli
from sonar_server.central import Central, wall_clock_ms
from sonar_server.issuer import read_issuer
from tests.journeys.rig import HandClock
from tests.postgres import BlankOrganisation
from tests.server.identity_provider import identity_provider, signed_in
from tests.server.pc import Pc, inflated
from tests.server.serving import Serving


@dataclass
class Scene:
    serving: Serving
    issuer_file: str


@pytest.fixture(scope="module")
def scene(organisation: BlankOrganisation, central: Central, tmp_path_factory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "secret").write_text("s3cret-of-the-client")
    with identity_provider() as address:
        file = folder / "issuer.toml"
        file.write_text(
            f'issuer = "{address}"\nname = "Health board"\nclient = "sonar"\n'
            f'secret_file = "{folder / "secret"}"\n'
        )
        serving = Serving(organisation, central.database.url, folder, more=["--issuer", str(file)])
        yield Scene(serving, str(file))
        serving.stop()


def test_a_person_signs_in_at_the_provider_and_renews_until_a_token_comes_twice(
    scene: Scene, new_pc: Callable[[], Pc], person, central, capsys
):
    pc = new_pc()
    link = pc.over_http(scene.serving.address)
    data = ["--data", str(scene.serving._log.parent), "--database-url", central.database.url]
    command = ["user", "link", person.username, "--issuer", scene.issuer_file]
    assert cli.main([*command, "--subject", "subject-1", *data]) == 0
    assert f"{person.username} is subject-1 at http" in capsys.readouterr().out

    sheet = link.call("/v1/sessions/issuer", AskIssuer(protocol=PROTOCOL), IssuerSheet)
    assert sheet.name == "Health board"
    attempt = begun(bytes(range(96)), 50123, 0)
    asked = BrowserSignIn(
        protocol=PROTOCOL,
        code=code_in(signed_in(sheet, attempt, "subject-1"), attempt),
        verifier=attempt.verifier,
        nonce=attempt.nonce,
        redirect=attempt.redirect,
    )
    first = link.call("/v1/sessions/browser", asked, BrowserSignedIn)
    assert person.user.encode() in first.lease

    renew = RenewSession(protocol=PROTOCOL, token=first.token)
    assert link.call("/v1/sessions/renew", renew, BrowserSignedIn).token != first.token
    again = link.send("/v1/sessions/renew", msgspec.msgpack.encode(renew))
    assert again.status_code == 401
    assert msgspec.msgpack.decode(inflated(again), type=Refusal).code == "session_ended"


def test_the_pcs_program_signs_a_person_in_through_a_real_browsers_way(
    scene: Scene, new_pc: Callable[[], Pc], person, central
):
    pc = new_pc()
    subject = f"subject-{person.user}"
    issuer = read_issuer(Path(scene.issuer_file)).issuer
    administration.link_person(central, person.username, issuer, subject)
    clock = HandClock(wall_clock_ms())
    signer = Signer(device=pc.enrolled.device, sign=pc.key.sign)
    link = ServerLink(Transport(scene.serving.address), clock, signer)
    link.hello()
    sheet = link.issuer()
    assert sheet is not None
    with ThreadPoolExecutor(1) as threads:
        back = BrowserReturn(clock.monotonic_ms)
        attempt = begun(secrets.token_bytes(RANDOM_BYTES), back.port, clock.monotonic_ms())
        waiting = threads.submit(back.code, attempt)
        page = requests.post(browser_address(sheet, attempt), data={"sub": subject}, timeout=30)
        code = waiting.result(30)
        back.close()
    assert "You can close this page" in page.text
    lent = link.sign_in_by_browser(code, attempt)
    lease = checked_lease(
        lent.lease,
        lent.signature,
        server_public_key=pc.enrolled.lease_public,
        now_ms=link.server_ms(),
        device=pc.enrolled.device,
        user=person.user,
    )
    assert (lease.user, lease.device) == (person.user, pc.enrolled.device)
    with pytest.raises(NotConfirmedError):
        link.sign_in_by_browser(code, attempt)
    assert link.renew_session(lent.token).token != lent.token
    with pytest.raises(SessionEndedError):
        link.renew_session(lent.token)
