"""Sign-in by a real provider, over HTTP, from the address that the browser opens to the lease."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import pytest

from sonar_core.sync.browser_sign_in import (
    AskIssuer,
    BrowserSignedIn,
    BrowserSignIn,
    IssuerSheet,
    RenewSession,
    begun,
    code_in,
)
from sonar_core.sync.messages import PROTOCOL, Refusal
from sonar_server import cli
from sonar_server.central import Central
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
