"""Measures are defined in versions, and each value is recorded once, with its n and its source."""

from datetime import date

import pytest

from domain.correction import RetractFact
from domain.facts.evidence import EvidenceRetracted
from domain.facts.measurement import MeasureDefined, MeasurementRecorded
from domain.measurement import DefineMeasure, MeasureState, RecordMeasurement
from tests.support.districts import district
from tests.support.specification import TODAY, Specification, id_of


def define(**changes: object) -> DefineMeasure:
    fields: dict[str, object] = {
        "measure": "case-days",
        "title": "Days from opening a case to its resolution",
        "unit_of_measure": "days",
        "better": "lower",
    }
    return DefineMeasure.model_validate({**fields, **changes})


def measure(**changes: object) -> RecordMeasurement:
    fields: dict[str, object] = {
        "measure": "case-days",
        "about": "unit:HR",
        "period_from": date(2026, 2, 1),
        "period_to": date(2026, 2, 28),
        "period_precision": "month",
        "group": "poverty-q4",
        "value": "11.5",
        "n": 16,
        "evidence": ("E1",),
    }
    return RecordMeasurement.model_validate({**fields, **changes})


def defined() -> Specification:
    log = district()
    log.when(define())
    return log


def measured() -> tuple[Specification, str]:
    """Return a log with one value, and the stream of that value."""
    log = defined()
    return log, log.when(measure()).decisions[0].stream


def test_a_measure_is_defined_into_a_new_stream() -> None:
    outcome = district().when(define())
    outcome.then(
        MeasureDefined(
            measure="case-days",
            version=1,
            title="Days from opening a case to its resolution",
            unit_of_measure="days",
            better="lower",
            minimum_n=10,
        )
    )
    assert outcome.decisions[0].stream == "measure-case-days"
    assert outcome.decisions[0].stream_is_new


def test_a_measure_begins_with_version_one() -> None:
    district().refused("measure_version_gap", define(version=2))


@pytest.mark.parametrize("title", ["Days from opening a case to its resolution", "Else"])
def test_a_version_of_a_measure_is_never_defined_twice(title: str) -> None:
    defined().refused("measure_already_defined", define(title=title), reason="better words")


def test_a_new_version_needs_a_reason_other_content_and_the_next_number() -> None:
    log = defined()
    changed = define(version=2, unit_of_measure="working days")
    log.refused("measure_changed_without_reason", changed)
    log.refused("measure_unchanged", define(version=2), reason="closures")
    log.refused("measure_version_gap", define(version=3, better="higher"), reason="closures")
    log.when(changed, reason="closures")
    state = log.state("measure-case-days")
    assert isinstance(state, MeasureState)
    assert [each.unit_of_measure for each in state.versions] == ["days", "working days"]


def test_a_measure_that_was_taken_back_leaves_its_name_used() -> None:
    log = defined()
    stream = "measure-case-days"
    log.when(RetractFact(event_id=log.last_id(stream), stream=stream), reason="a trial")
    log.refused("id_already_used", define())


def test_only_the_newest_version_of_a_measure_is_taken_back() -> None:
    log = defined()
    log.when(define(version=2, better="higher"), reason="turned round")
    stream = "measure-case-days"
    first, second = (id_of(each) for each in log.streams[stream])
    log.refused("others_follow", RetractFact(event_id=first, stream=stream), reason="wrong")
    log.when(RetractFact(event_id=second, stream=stream), reason="wrong")
    log.when(define(version=2, unit_of_measure="hours"), reason="finer")


def test_a_value_is_recorded_with_what_its_measure_means() -> None:
    outcome = defined().when(measure())
    (event,) = outcome.events
    assert isinstance(event, MeasurementRecorded)
    assert (event.measure_version, event.unit_of_measure, event.better) == (1, "days", "lower")
    assert (event.value, event.n) == ("11.5", 16)
    assert event.subjects()[1:] == ("measure:case-days", "unit:HR", "evidence:E1")
    assert outcome.decisions[0].stream == f"measurement-{event.measurement}"
    assert outcome.decisions[0].stream_is_new


def test_a_value_of_an_undefined_measure_is_refused() -> None:
    district().refused("unknown_measure", measure())


def test_a_value_follows_the_newest_version_or_the_one_it_names() -> None:
    log = defined()
    log.when(define(version=2, unit_of_measure="working days"), reason="closures")
    log.refused("unknown_measure_version", measure(measure_version=3))
    (newest,) = log.when(measure()).events
    (older,) = log.when(measure(measure_version=1, group="all")).events
    assert isinstance(newest, MeasurementRecorded)
    assert isinstance(older, MeasurementRecorded)
    assert (newest.unit_of_measure, older.unit_of_measure) == ("working days", "days")


@pytest.mark.parametrize("value", ["", "11,5", "1.5e3", "+3", ".5", "5.", "NaN", "1 200", "7\n"])
def test_a_value_that_is_no_decimal_number_is_refused(value: str) -> None:
    refusal = defined().refused("value_malformed", measure(value=value))
    assert "such as 11.5" in refusal.message


@pytest.mark.parametrize("value", ["0", "-3", "0.59", "999999999999999999.999999999"])
def test_a_decimal_number_is_kept_as_it_was_written(value: str) -> None:
    (event,) = defined().when(measure(value=value)).events
    assert isinstance(event, MeasurementRecorded)
    assert event.value == value


def test_a_value_without_n_is_refused_and_n_may_be_zero() -> None:
    log = defined()
    log.refused("measured_without_n", measure(n=None))
    log.when(measure(n=0))


def test_a_negative_n_is_refused_by_the_command_itself() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        measure(n=-1)


def test_a_dimension_has_no_measurements() -> None:
    with pytest.raises(ValueError, match="pattern"):
        measure(about="dimension:2")


def test_a_period_runs_forward_and_is_over() -> None:
    log = defined()
    day = {"period_precision": "day"}
    log.refused("period_backwards", measure(period_to=date(2026, 1, 31), **day))
    log.refused("period_in_future", measure(period_to=date(2026, 3, 3), **day))
    log.when(measure(period_to=TODAY, **day))


def test_a_period_is_over_on_the_day_it_was_measured() -> None:
    log = defined()
    log.refused("period_in_future", measure(), occurred_on=date(2026, 2, 27))
    log.when(measure(), occurred_on=date(2026, 2, 28))


@pytest.mark.parametrize(
    "days",
    [
        {"period_from": date(2026, 1, 2)},
        {"period_to": date(2026, 2, 27)},
        {"period_precision": "year"},
    ],
)
def test_a_period_of_months_begins_and_ends_with_one(days: dict[str, object]) -> None:
    defined().refused("period_malformed", measure(**days))


def test_a_period_of_several_months_is_allowed() -> None:
    defined().when(measure(period_from=date(2025, 12, 1)))


def test_a_value_of_an_unknown_unit_is_refused_and_networks_are_not_registered() -> None:
    log = defined()
    log.refused("unknown_unit", measure(about="unit:XX"))
    log.when(measure(about="network:A"))
    log.when(measure(about="district:all"))


def test_a_value_names_evidence_that_counts_or_another_source() -> None:
    log = defined().given(EvidenceRetracted(evidence="E2"))
    log.refused("measured_without_source", measure(evidence=()))
    log.refused("unknown_evidence", measure(evidence=("E0",)))
    log.refused("retracted_evidence", measure(evidence=("E2",)))
    log.when(measure(evidence=(), source_reference="HR system, monthly extract"))


def test_a_value_from_fewer_than_the_minimum_is_not_public() -> None:
    log = defined()
    log.refused("public_below_minimum", measure(n=9), classification="public")
    log.when(measure(n=9), classification="internal")
    log.when(measure(n=10, group="all"), classification="public")


def test_the_same_measure_subject_period_and_group_is_recorded_once() -> None:
    log, _ = measured()
    log.refused("already_measured", measure(value="12", n=20, evidence=("E2",)))
    log.refused("already_measured", measure(period_precision="day"))
    log.when(measure(group="poverty-q1"))
    log.when(measure(about="unit:IT"))
    log.when(measure(period_from=date(2026, 1, 1)))


def test_a_value_is_corrected_in_its_place() -> None:
    log, stream = measured()
    wrong = {"corrects": log.last_id(stream), "reason": "two cases were counted twice"}
    log.refused("correction_changes_nothing", measure(), **wrong)
    log.refused("correction_in_another_stream", measure(group="all"), **wrong)
    log.when(measure(value="10.5"), **wrong)
    (happened,) = log.streams[stream]
    assert isinstance(happened.event, MeasurementRecorded)
    assert happened.event.value == "10.5"


def test_a_correction_keeps_the_version_its_value_was_recorded_under() -> None:
    log, stream = measured()
    log.when(define(version=2, unit_of_measure="working days"), reason="closures")
    log.when(measure(value="10.5"), corrects=log.last_id(stream), reason="two counted twice")
    event = log.streams[stream][0].event
    assert isinstance(event, MeasurementRecorded)
    assert (event.measure_version, event.unit_of_measure) == (1, "days")


def test_a_value_that_was_taken_back_may_be_recorded_again() -> None:
    log, stream = measured()
    log.when(RetractFact(event_id=log.last_id(stream), stream=stream), reason="of another group")
    outcome = log.when(measure(value="9"))
    assert not outcome.decisions[0].stream_is_new
    log.refused("already_measured", measure())


def test_a_parity_gap_of_two_months_is_on_record_group_by_group() -> None:
    log = defined()
    log.today = date(2026, 4, 14)
    months = {"02": date(2026, 2, 28), "03": date(2026, 3, 31)}
    values = {"poverty-q4": ("11.0", "11.5"), "poverty-q1": ("7.0", "6.8")}
    for group, of_months in values.items():
        for last, value in zip(months.values(), of_months, strict=True):
            log.when(
                measure(period_from=last.replace(day=1), period_to=last, group=group, value=value)
            )
    recorded = [
        each.event
        for stream, facts in log.streams.items()
        if stream.startswith("measurement-")
        for each in facts
    ]
    assert len(recorded) == 4
    assert {each.value for each in recorded if isinstance(each, MeasurementRecorded)} == {
        "11.0", "11.5", "7.0", "6.8",
    }  # fmt: skip


def test_money_and_partners_are_set_against_a_plan_that_counts_the_same() -> None:
    log = defined()
    log.when(define(measure="planned", kind="money", unit_of_measure="dollars"))
    spent = define(
        measure="spent", kind="money", unit_of_measure="dollars", against="planned", minimum_n=1
    )
    outcome = log.when(spent)
    (event,) = outcome.events
    assert isinstance(event, MeasureDefined)
    assert (event.kind, event.against) == ("money", "planned")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "service", "against": "case-days"}, "not_compared"),
        ({"kind": "money", "against": "m2"}, "against_itself"),
        ({"kind": "money", "against": "nothing"}, "unknown_measure"),
        ({"kind": "partner", "against": "case-days", "unit_of_measure": "visits"}, "units_differ"),
    ],
)
def test_a_plan_that_cannot_be_compared_is_refused(changes: dict[str, str], code: str) -> None:
    defined().refused(code, define(measure="m2", **changes))


def test_the_kind_of_a_measure_changes_with_a_new_version() -> None:
    log = defined()
    log.when(define(version=2, kind="feedback"), reason="it is asked of principals")
    state = log.state("measure-case-days")
    assert isinstance(state, MeasureState)
    assert [each.kind for each in state.versions] == ["service", "feedback"]
