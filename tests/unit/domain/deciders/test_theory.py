"""The theory of action: adopted with measures, judged on evidence, revised only by a review."""

from datetime import date
from typing import Any

import pytest

from domain.correction import RetractFact
from domain.facts.evidence import EvidenceRetracted
from domain.facts.measurement import MeasureDefined
from domain.facts.review import DecisionRecorded, ReviewHeld, ReviewTriggered
from domain.facts.theory import (
    Assumption,
    AssumptionEvidenceLinked,
    AssumptionStatusChanged,
    TheoryOfActionAdopted,
    TheoryOfActionRevised,
)
from domain.theory import (
    AdoptTheoryOfAction,
    ChangeAssumptionStatus,
    LinkAssumptionEvidence,
    ProposedAssumption,
    ReviseTheoryOfAction,
    TheoryState,
)
from tests.support.districts import district
from tests.support.samples import DIGEST
from tests.support.specification import TODAY, Specification, id_of

STREAM = "theory-all"
AGAINST = LinkAssumptionEvidence(assumption="A1", evidence=("E1",), direction="against")
WEAK = ChangeAssumptionStatus(assumption="A1", status="weak", evidence=("E1",))


def proposed(number: str, measure: str | None = "time-share") -> ProposedAssumption:
    return ProposedAssumption(assumption=number, text=f"Assumption {number}", measure=measure)


def stated(number: str) -> Assumption:
    return Assumption(assumption=number, text=f"Assumption {number}", measure="time-share")


def adopt(**changes: Any) -> AdoptTheoryOfAction:
    fields: dict[str, Any] = {
        "version": 1,
        "statements": ("If directors partner, then teaching improves.",),
        "assumptions": (proposed("A1"), proposed("A2")),
    }
    return AdoptTheoryOfAction.model_validate({**fields, **changes})


def revise(**changes: Any) -> ReviseTheoryOfAction:
    fields: dict[str, Any] = {
        "from_version": 1,
        "to_version": 2,
        "changed": (proposed("A3"),),
        "dropped": ("A2",),
        "rationale": "Office managers were missing",
        "review": "R5-2026",
    }
    return ReviseTheoryOfAction.model_validate({**fields, **changes})


def reviewed(
    log: Specification, review_type: str = "R5", *, held: bool = True, decision: str | None = None
) -> None:
    """Let the review R5-2026 be opened, held and decided, as far as told."""
    log.given(
        ReviewTriggered(
            review="R5-2026",
            review_type=review_type,
            about="district:all",
            title="Yearly review of the theory",
            due_on=TODAY,
            policy="p",
            rule="cadence",
            rule_digest=DIGEST,
            cause_key="2026",
            as_of_position=1,
            as_of_date=TODAY,
            facts=(),
        )
    )
    if held:
        log.given(ReviewHeld(review="R5-2026", present=("a-chair",)))
    if decision is not None:
        decided = {"review": "R5-2026", "decision": decision, "title": "Keep A1, drop A2"}
        log.given(DecisionRecorded.model_validate({**decided, "insufficient": True}))


def measured() -> Specification:
    return district().given(
        MeasureDefined(
            measure="time-share",
            version=1,
            title="Share of time with principals",
            unit_of_measure="percent",
            better="higher",
        )
    )


def adopted() -> Specification:
    log = measured()
    log.when(adopt())
    return log


def theory(log: Specification) -> TheoryState:
    state = log.state(STREAM)
    assert isinstance(state, TheoryState)
    return state


def retract(log: Specification, place: int = -1) -> RetractFact:
    return RetractFact(event_id=id_of(log.streams[STREAM][place]), stream=STREAM)


def test_the_first_theory_is_adopted_without_a_review() -> None:
    outcome = measured().when(adopt())
    outcome.then(
        TheoryOfActionAdopted(
            version=1,
            statements=("If directors partner, then teaching improves.",),
            assumptions=(stated("A1"), stated("A2")),
        )
    )
    assert outcome.decisions[0].stream == STREAM
    assert outcome.decisions[0].stream_is_new
    assert outcome.events[0].subjects() == (
        "theory:all",
        "assumption:A1",
        "assumption:A2",
        "district:all",
    )


def test_an_assumption_without_a_measure_is_refused() -> None:
    measured().refused("assumption_without_measure", adopt(assumptions=(proposed("A1", None),)))


def test_an_assumption_names_a_measure_that_is_defined() -> None:
    district().refused("unknown_measure", adopt())


def test_an_assumption_is_listed_once() -> None:
    measured().refused("assumption_twice", adopt(assumptions=(proposed("A1"), proposed("A1"))))


@pytest.mark.parametrize("version", [1, 3])
def test_versions_of_the_theory_follow_one_another(version: int) -> None:
    adopted().refused("theory_version_gap", adopt(version=version))


def test_the_first_version_is_one() -> None:
    measured().refused("theory_version_gap", adopt(version=2))


def test_a_later_theory_is_adopted_by_a_review_and_starts_open() -> None:
    log = adopted()
    log.when(WEAK)
    log.refused("adopted_without_review", adopt(version=2))
    log.refused("unknown_review", adopt(version=2, review="R5-2026"))
    reviewed(log, decision="change")
    log.when(adopt(version=2, review="R5-2026"))
    assert theory(log).version == 2
    assert theory(log).assumptions["A1"].status == "open"


def test_a_review_named_for_the_first_version_has_decided_too() -> None:
    measured().refused("unknown_review", adopt(review="R5-2026"))


def test_evidence_is_linked_for_or_against_an_assumption() -> None:
    log = adopted()
    outcome = log.when(AGAINST)
    outcome.then(AssumptionEvidenceLinked(assumption="A1", evidence=("E1",), direction="against"))
    assert outcome.events[0].subjects() == ("theory:all", "assumption:A1", "evidence:E1")
    assert theory(log).assumptions["A1"].linked == {"E1": "against"}
    assert theory(log).assumptions["A1"].status == "open"


def test_evidence_is_linked_to_an_assumption_once() -> None:
    log = adopted()
    log.when(AGAINST)
    for direction in ("for", "against"):
        again = AGAINST.model_copy(update={"direction": direction})
        log.refused("evidence_already_linked", again)
    log.when(
        AGAINST.model_copy(update={"direction": "for"}),
        corrects=log.last_id(STREAM),
        reason="misread",
    )
    assert theory(log).assumptions["A1"].linked == {"E1": "for"}


def test_unknown_and_retracted_evidence_is_not_linked() -> None:
    log = adopted().given(EvidenceRetracted(evidence="E2"))
    log.refused("unknown_evidence", AGAINST.model_copy(update={"evidence": ("E0",)}))
    log.refused("retracted_evidence", AGAINST.model_copy(update={"evidence": ("E2",)}))


def test_nothing_is_said_of_an_unknown_assumption() -> None:
    log = adopted()
    refusal = log.refused("unknown_assumption", AGAINST.model_copy(update={"assumption": "A9"}))
    assert "A1, A2" in refusal.message
    log.refused("unknown_assumption", WEAK.model_copy(update={"assumption": "A9"}))
    measured().refused("unknown_assumption", WEAK)


def test_a_status_changes_on_evidence_or_says_that_it_is_insufficient() -> None:
    log = adopted()
    log.refused("status_without_evidence", WEAK.model_copy(update={"evidence": ()}))
    log.refused("unknown_evidence", WEAK.model_copy(update={"evidence": ("E0",)}))
    log.when(WEAK).then(AssumptionStatusChanged(assumption="A1", status="weak", evidence=("E1",)))
    log.when(ChangeAssumptionStatus(assumption="A1", status="contested", insufficient=True))
    assert theory(log).assumptions["A1"].status == "contested"


def test_a_status_changes_to_another_one() -> None:
    log = adopted()
    log.when(WEAK)
    log.refused("status_unchanged", WEAK)


def test_a_status_is_not_judged_on_retracted_evidence() -> None:
    log = adopted().given(EvidenceRetracted(evidence="E1"))
    log.refused("retracted_evidence", WEAK)


def test_an_assumption_is_dropped_with_a_reason_and_for_good() -> None:
    log = adopted()
    drop = WEAK.model_copy(update={"status": "dropped"})
    log.refused("dropped_without_reason", drop)
    log.when(drop, reason="operations came back")
    log.refused("assumption_dropped", WEAK)
    log.refused("assumption_dropped", AGAINST)


def test_a_theory_is_revised_by_a_review_that_decided() -> None:
    log = adopted()
    log.when(AGAINST)
    log.when(WEAK)
    reviewed(log, decision="change")
    outcome = log.when(revise(note="The panel asked for it"))
    outcome.then(
        TheoryOfActionRevised(
            from_version=1,
            to_version=2,
            changed=(stated("A3"),),
            dropped=("A2",),
            rationale="Office managers were missing",
            note="The panel asked for it",
            review="R5-2026",
        )
    )
    state = theory(log)
    statuses = {number: each.status for number, each in state.assumptions.items()}
    assert statuses == {"A1": "weak", "A2": "dropped", "A3": "open"}
    assert state.statements == ("If directors partner, then teaching improves.",)


def test_a_reworded_assumption_is_open_again_and_keeps_its_evidence() -> None:
    log = adopted()
    log.when(AGAINST)
    log.when(WEAK)
    reviewed(log, decision="change")
    log.when(revise(changed=(proposed("A1"),), statements=("If so, then so.",)))
    known = theory(log).assumptions["A1"]
    assert (known.status, known.linked) == ("open", {"E1": "against"})
    assert theory(log).statements == ("If so, then so.",)


def test_a_revision_without_a_review_behind_it_is_refused() -> None:
    adopted().refused("unknown_review", revise())


@pytest.mark.parametrize("so_far", [{"held": False}, {"held": True}, {"decision": "none"}], ids=str)
def test_a_review_that_decided_nothing_is_not_behind_a_revision(so_far: dict[str, Any]) -> None:
    log = adopted()
    reviewed(log, **so_far)
    log.refused("review_not_decided", revise())


def test_a_monthly_unit_review_does_not_change_the_theory() -> None:
    log = adopted()
    reviewed(log, "R2", decision="change")
    log.refused("review_of_another_type", revise())


def test_a_special_review_may_change_the_theory() -> None:
    log = adopted()
    reviewed(log, "R6", decision="change")
    log.when(revise())


def test_a_revision_goes_from_the_version_in_force_to_the_next() -> None:
    log = measured()
    log.refused("theory_not_adopted", revise())
    log.when(adopt())
    reviewed(log, decision="change")
    log.refused("revision_of_another_version", revise(from_version=2, to_version=3))
    log.refused("theory_version_gap", revise(to_version=3))


def test_a_revision_changes_something_known_and_does_it_once() -> None:
    log = adopted()
    reviewed(log, decision="change")
    log.refused("revision_changes_nothing", revise(changed=(), dropped=()))
    log.refused("assumption_twice", revise(changed=(proposed("A2"),)))
    log.refused("unknown_assumption", revise(dropped=("A9",)))
    log.refused("assumption_without_measure", revise(changed=(proposed("A3", None),)))
    log.refused("unknown_measure", revise(changed=(proposed("A3", "other"),)))


def test_what_was_dropped_is_not_dropped_again_but_comes_back_by_a_revision() -> None:
    log = adopted()
    reviewed(log, decision="change")
    log.when(revise())
    later = {"from_version": 2, "to_version": 3}
    log.refused("unknown_assumption", revise(changed=(), **later))
    log.when(revise(changed=(proposed("A2"),), dropped=(), **later))
    assert theory(log).assumptions["A2"].status == "open"


def test_a_version_is_taken_back_only_while_nothing_follows_it() -> None:
    log = adopted()
    log.when(AGAINST)
    log.refused("others_follow", retract(log, 0), reason="wrong")
    log.when(retract(log, 1), reason="wrong")
    log.when(retract(log, 0), reason="wrong")
    assert theory(log).version == 0
    assert not log.when(adopt()).decisions[0].stream_is_new


def test_a_revision_is_taken_back_and_the_version_before_is_in_force() -> None:
    log = adopted()
    reviewed(log, decision="change")
    log.when(revise())
    log.when(retract(log), reason="the review meant otherwise")
    assert theory(log).version == 1
    assert sorted(theory(log).assumptions) == ["A1", "A2"]


def test_an_assumption_corrected_away_leaves_facts_that_fold() -> None:
    log = adopted()
    log.when(AGAINST)
    log.when(WEAK)
    first = id_of(log.streams[STREAM][0])
    log.when(adopt(assumptions=(proposed("A2"),)), corrects=first, reason="A1 was a draft")
    assert sorted(theory(log).assumptions) == ["A2"]


def test_an_assumption_from_adoption_to_dropping_by_the_yearly_review() -> None:
    log = district(date(2025, 8, 5))
    log.given(MeasureDefined(
        measure="time-share", version=1, title="Time", unit_of_measure="percent", better="higher"
    ))  # fmt: skip
    log.when(adopt())
    log.today = date(2025, 10, 30)
    log.when(AGAINST)
    log.when(WEAK)
    log.today = date(2026, 1, 28)
    log.when(LinkAssumptionEvidence(assumption="A1", evidence=("E2",), direction="for"))
    log.when(ChangeAssumptionStatus(assumption="A1", status="open", evidence=("E2",)))
    log.today = date(2026, 6, 3)
    reviewed(log, decision="change")
    log.when(revise())
    state = theory(log)
    assert state.version == 2
    assert state.assumptions["A1"].linked == {"E1": "against", "E2": "for"}
    assert state.assumptions["A2"].status == "dropped"
