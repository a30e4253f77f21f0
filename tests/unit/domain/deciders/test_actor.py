"""Who may act: registered once, retired once."""

import pytest

from domain.access import RIGHTS
from domain.actor import (
    REDACTING_ROLES,
    RELEASING_ROLES,
    ROLES_WITH_RIGHTS,
    RegisterActor,
    RetireActor,
)
from domain.facts.district import ActorRegistered, ActorRetired
from tests.support.districts import district


def test_an_actor_is_registered_with_role_kind_and_name() -> None:
    command = RegisterActor(actor="a-bot", role="scheduler", kind="service", name="Night runs")
    outcome = district().when(command)
    outcome.then(
        ActorRegistered(actor="a-bot", role="scheduler", kind="service", name="Night runs")
    )
    assert outcome.decisions[0].stream == "actor-a-bot"
    assert outcome.decisions[0].stream_is_new


def test_an_actor_may_be_registered_by_setup() -> None:
    district().when(RegisterActor(actor="a-new", role="head"), actor="setup")


def test_an_actor_is_not_registered_twice() -> None:
    district().refused("id_already_used", RegisterActor(actor="a-chair", role="chair"))


def test_the_id_of_setup_is_reserved() -> None:
    district().refused("reserved_actor", RegisterActor(actor="setup", role="steward"))


def test_an_actor_is_retired() -> None:
    district().when(RetireActor(actor="a-deputy")).then(ActorRetired(actor="a-deputy"))


def test_an_unknown_actor_is_not_retired() -> None:
    district().refused("unknown_actor", RetireActor(actor="a-nobody"))


def test_an_actor_is_not_retired_twice() -> None:
    log = district().given(ActorRetired(actor="a-deputy"))
    log.refused("retired_actor", RetireActor(actor="a-deputy"))


@pytest.mark.parametrize("role", ["records-officer", "Records_Officer", "Chair", "internal.audit"])
def test_a_role_with_rights_written_otherwise_is_refused(role: str) -> None:
    district().refused("role_misspelled", RegisterActor(actor="a-new", role=role), actor="setup")


def test_every_role_with_a_right_to_read_is_known_by_name() -> None:
    assert set(RIGHTS) == ROLES_WITH_RIGHTS
    assert RELEASING_ROLES < REDACTING_ROLES
