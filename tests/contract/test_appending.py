"""The contract of `append`, sentence by sentence, for every store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.facts.activity import ActivityStarted
from events.errors import (
    AppendRefused,
    BatchPartlyKnown,
    ConditionFailed,
    IdReused,
    UnknownFact,
    UnknownLog,
    WrongExpectedVersion,
)
from events.store import ANY_VERSION, NO_STREAM, EventStore, StreamWrite, Unless, at
from tests.contract.conftest import Log
from tests.support.log import BEGINS, new, noted, started, write


def test_positions_are_dense_across_streams_and_versions_within_each(log: Log) -> None:
    log.put(started("a"), stream="s-1")
    log.put_all(write(started("b"), started("c"), stream="s-2"), write(started("d"), stream="s-1"))
    log.put(started("e"), stream="s-2")
    places = [(e.position, e.stream, e.stream_version) for e in log.all()]
    assert places == [(1, "s-1", 1), (2, "s-2", 1), (3, "s-2", 2), (4, "s-1", 2), (5, "s-2", 3)]


def test_an_append_answers_positions_in_the_order_given(log: Log) -> None:
    log.put(started("a"))
    result = log.put_all(
        write(started("b"), stream="z"), write(started("c"), started("d"), stream="a")
    )
    assert (result.positions, result.recognised) == ((2, 3, 4), False)
    assert result.recorded_at == log.now == log.all()[-1].recorded_at


def test_an_append_to_a_new_stream_expecting_none_is_stored(log: Log) -> None:
    assert log.put(started("a"), expected=NO_STREAM).positions == (1,)


def test_an_append_to_an_existing_stream_expecting_none_is_refused(log: Log) -> None:
    log.put(started("a"))
    with pytest.raises(WrongExpectedVersion) as lost:
        log.put(started("b"), expected=NO_STREAM)
    assert (lost.value.expected, lost.value.actual) == (0, 1)


def test_an_append_with_a_stale_expected_version_tells_the_actual_one(log: Log) -> None:
    log.put(started("a"), started("b"), started("c"))
    with pytest.raises(WrongExpectedVersion) as lost:
        log.put(started("d"), expected=at(2))
    assert (lost.value.district, lost.value.stream) == (log.district, "activity-A1")
    assert (lost.value.expected, lost.value.actual) == (2, 3)


def test_an_append_expecting_a_version_not_yet_reached_is_refused(log: Log) -> None:
    log.put(started("a"))
    with pytest.raises(WrongExpectedVersion):
        log.put(started("b"), expected=at(2))


def test_an_append_at_the_expected_version_is_stored(log: Log) -> None:
    log.put(started("a"), started("b"))
    assert log.put(started("c"), expected=at(2)).positions == (3,)


def test_an_append_anywhere_is_stored_wherever_the_stream_stands(log: Log) -> None:
    log.put(started("a"))
    log.put(started("b"), expected=ANY_VERSION)
    assert [e.stream_version for e in log.all()] == [1, 2]


def test_one_lost_race_stores_nothing_of_a_batch_over_several_streams(log: Log) -> None:
    log.put(started("a"), stream="s-2")
    with pytest.raises(WrongExpectedVersion):
        log.put_all(
            write(started("b"), stream="s-1", expected=NO_STREAM),
            write(started("c"), stream="s-2", expected=NO_STREAM),
            write(noted("d"), stream="s-3"),
        )
    assert [e.stream for e in log.all()] == ["s-2"]
    assert log.store.find(log.district, started("b").event_id) is None


def test_a_refused_append_does_not_use_up_a_position(log: Log) -> None:
    log.put(started("a"))
    with pytest.raises(WrongExpectedVersion):
        log.put(started("b"), expected=NO_STREAM)
    assert log.put(started("c")).positions == (2,)


def test_a_fence_lets_an_append_through_while_its_stream_stands(log: Log) -> None:
    log.put(started("a"), stream="s-1")
    result = log.put_all(write(started("b"), stream="s-2"), write(stream="s-1", expected=at(1)))
    assert result.positions == (2,)
    assert [e.stream for e in log.all()] == ["s-1", "s-2"]


def test_a_fence_whose_stream_has_moved_refuses_the_append(log: Log) -> None:
    log.put(started("a"), stream="s-1")
    with pytest.raises(WrongExpectedVersion) as lost:
        log.put_all(write(started("b"), stream="s-2"), write(stream="s-1", expected=NO_STREAM))
    assert (lost.value.stream, lost.value.actual) == ("s-1", 1)
    assert log.head() == 1


def test_a_fence_alone_stores_nothing_and_says_so(log: Log) -> None:
    log.put(started("a"))
    assert log.put(expected=at(1)).positions == ()
    assert log.head() == 1


def test_an_append_of_nothing_to_nothing_stores_nothing(log: Log) -> None:
    assert log.put_all().positions == ()
    assert log.head() == 0


def test_repeating_an_append_gives_the_first_result_and_stores_nothing(log: Log) -> None:
    writes = (write(started("a"), noted("b"), stream="s-1"), write(started("c"), stream="s-2"))
    first = log.put_all(*writes)
    log.put(started("later"))
    again = log.put_all(*writes)
    assert (again.positions, again.recorded_at) == (first.positions, first.recorded_at)
    assert again.recognised
    assert log.head() == 4


def test_repeating_comes_before_the_version_check(log: Log) -> None:
    log.put(started("a"), expected=NO_STREAM)
    log.put(started("b"))
    assert log.put(started("a"), expected=NO_STREAM).positions == (1,)


def test_repeating_comes_before_the_condition(log: Log) -> None:
    condition = Unless("activity:A1", ("ActivityStarted",), after=0)
    first, again = (
        log.store.append(log.district, [write(started("a"))], recorded_at=BEGINS, unless=condition)
        for _ in range(2)
    )
    assert (first.recognised, again.recognised) == (False, True)


def test_repeating_with_an_earlier_simulated_time_is_recognised(log: Log) -> None:
    first = log.put(started("a"))
    log.put(started("b"))
    again = log.store.append(log.district, [write(started("a"))], recorded_at=BEGINS)
    assert again.recorded_at == first.recorded_at


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "a-deputy"),
        ("reason", "another reason"),
        ("occurred_on", BEGINS.date()),
        ("precision", "month"),
        ("source", "cli"),
        ("subjects", ("activity:A1", "unit:HR")),
        ("classification", "personnel"),
        ("on_behalf_of", "a-chair"),
    ],
)
def test_a_known_id_with_another_envelope_is_refused(log: Log, field: str, value: object) -> None:
    log.put(started("a", reason="a reason"))
    changes: dict[str, object] = {"reason": "a reason", field: value}
    with pytest.raises(IdReused):
        log.put(replace(started("a"), **changes))  # type: ignore[arg-type]
    assert log.head() == 1


def test_a_known_id_with_other_content_is_refused(log: Log) -> None:
    log.put(started("a"))
    with pytest.raises(IdReused):
        log.put(started("a", activity="A2"))


@pytest.mark.parametrize("note", ["another note", None, "a note "])
def test_a_known_id_with_another_personal_value_is_refused(log: Log, note: str | None) -> None:
    log.put(noted("a", "a note"))
    with pytest.raises(IdReused):
        log.put(noted("a", note))


def test_a_known_id_with_a_personal_value_where_there_was_none_is_refused(log: Log) -> None:
    log.put(noted("a", None))
    with pytest.raises(IdReused):
        log.put(noted("a", "a note"))


def test_a_known_id_in_another_stream_is_refused(log: Log) -> None:
    log.put(started("a"), stream="s-1")
    with pytest.raises(IdReused):
        log.put(started("a"), stream="s-2")


def test_a_personal_value_in_another_normal_form_is_the_same(log: Log) -> None:
    log.put(noted("a", "Jos\u00e9"))
    assert log.put(noted("a", "Jose\u0301")).recognised


def test_the_same_ids_in_another_order_get_their_own_positions(log: Log) -> None:
    log.put(started("a"), started("b"))
    assert log.put(started("b"), started("a")).positions == (2, 1)


def test_a_partly_known_batch_is_refused_whole(log: Log) -> None:
    log.put(started("a"))
    with pytest.raises(BatchPartlyKnown) as refused:
        log.put(started("a"), started("b"), started("c"))
    assert (refused.value.known, refused.value.given) == (1, 3)
    assert log.head() == 1


def test_an_id_that_comes_twice_in_one_append_is_refused(log: Log) -> None:
    with pytest.raises(AppendRefused, match="twice"):
        log.put_all(write(started("a"), stream="s-1"), write(started("a"), stream="s-2"))
    assert log.head() == 0


def test_a_stream_that_comes_twice_in_one_append_is_refused(log: Log) -> None:
    with pytest.raises(AppendRefused, match="twice"):
        log.put_all(write(started("a")), write(started("b")))


def test_the_same_id_may_be_used_in_another_district(log: Log) -> None:
    other = f"{log.district}-b"
    log.store.create_log(other, clock="simulated", time_zone="UTC", begins_at=BEGINS)
    log.put(started("a"))
    result = log.store.append(other, [write(started("a"))], recorded_at=BEGINS)
    assert (result.positions, result.recognised) == ((1,), False)


def test_a_condition_that_holds_lets_the_append_through(log: Log) -> None:
    log.put(started("a"))
    for condition in (
        Unless("activity:A1", ("ActivityCompleted",), after=0),
        Unless("activity:A2", ("ActivityStarted",), after=0),
        Unless("activity:A1", ("ActivityStarted",), after=1),
        Unless("activity:A1", (), after=0),
    ):
        write_one = write(started(repr(condition), activity="A9"), stream="s-9")
        log.store.append(log.district, [write_one], recorded_at=log.now, unless=condition)
    assert log.head() == 5


def test_a_condition_that_fails_names_the_first_event_that_broke_it(log: Log) -> None:
    log.put(noted("a"))
    log.put(started("b"))
    log.put(started("c"))
    condition = Unless("activity:A1", ("ActivityCompleted", "ActivityStarted"), after=0)
    with pytest.raises(ConditionFailed) as failed:
        log.store.append(log.district, [write(started("d"))], recorded_at=log.now, unless=condition)
    assert (failed.value.position, failed.value.event_type) == (2, "ActivityStarted")
    assert failed.value.subject == "activity:A1"
    assert log.head() == 3


def test_a_condition_after_a_negative_position_means_from_the_beginning(log: Log) -> None:
    log.put(started("a"), noted("b"))
    condition = Unless("activity:A1", ("ActivityStarted",), after=-1)
    with pytest.raises(ConditionFailed):
        log.store.append(log.district, [write(started("d"))], recorded_at=log.now, unless=condition)


def test_a_correction_and_its_correction_carry_the_position_of_the_first_fact(log: Log) -> None:
    log.put(started("other"))
    log.put(noted("a", "first"))
    log.put(noted("b", "second", corrects=noted("a").event_id))
    log.put(noted("c", "third", corrects=noted("b").event_id))
    assert [e.fact_position for e in log.all()] == [1, 2, 2, 2]


def test_a_correction_of_an_unknown_fact_is_refused_whole(log: Log) -> None:
    with pytest.raises(UnknownFact) as refused:
        log.put(started("a"), noted("b", corrects=noted("nowhere").event_id))
    assert refused.value.event_id == str(noted("nowhere").event_id)
    assert log.head() == 0


def test_a_correction_cannot_name_an_event_of_its_own_batch(log: Log) -> None:
    with pytest.raises(UnknownFact):
        log.put(noted("a"), noted("b", corrects=noted("a").event_id))


def test_an_unknown_fact_is_told_before_a_missing_time(log: Log) -> None:
    correction = write(noted("b", corrects=noted("nowhere").event_id))
    with pytest.raises(UnknownFact):
        log.store.append(log.district, [correction], recorded_at=None)


def test_a_fact_of_another_district_cannot_be_corrected(log: Log) -> None:
    other = f"{log.district}-b"
    log.store.create_log(other, clock="simulated", time_zone="UTC", begins_at=BEGINS)
    log.put(noted("a"))
    with pytest.raises(UnknownFact):
        log.store.append(
            other, [write(noted("b", corrects=noted("a").event_id))], recorded_at=BEGINS
        )


def test_a_text_that_looks_like_a_correction_is_none(log: Log) -> None:
    text = '","corrects":"0c2c1c0e-0000-4000-8000-000000000000","x":"'
    published = ActivityStarted(activity="A1")
    log.put(new(published, "a", reason=text, actor=text), noted("b", text))
    assert [e.fact_position for e in log.all()] == [1, 2]


def test_an_append_to_an_unknown_district_is_refused(store: EventStore, district: str) -> None:
    for name in (district, "", "No Such", "bay\x00", "\udcff"):
        with pytest.raises(UnknownLog):
            store.append(name, [StreamWrite("s", (started("a"),), NO_STREAM)])


def test_an_append_is_visible_to_every_reader_that_starts_afterwards(log: Log) -> None:
    for number in range(5):
        log.put(started(number), stream=f"s-{number}")
        assert log.all()[-1].event_id == started(number).event_id
        assert log.store.read_stream(log.district, f"s-{number}")


def test_times_of_one_append_are_equal_and_never_decrease(log: Log) -> None:
    log.put(started("a"), started("b"))
    log.now -= timedelta(hours=1)  # the next append comes at the same hour
    log.put(started("c"))
    times = [e.recorded_at for e in log.all()]
    assert times[0] == times[1] == times[2]
