"""An order of paracetamol, as tests of several scopes need one."""

from __future__ import annotations

from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.medication_request import MedicationRequest, SupplyRoute
from tests.server.pc import Pc, moment, new_id


def an_order(pc: Pc, episode: CustodyEpisode) -> MedicationRequest:
    return MedicationRequest(
        id=new_id(),
        patient=episode.patient,
        episode=episode.id,
        medicine="Paracetamol",
        form="tablet",
        strength="500 mg",
        dose="1000",
        unit="mg",
        route="oral",
        authority=SupplyRoute.PGD,
        authorised_by=pc.user,
        start_at=moment(),
    )
