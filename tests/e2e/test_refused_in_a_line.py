"""Reviews and policies: what is asked wrongly ends in a line that says what to do, and no fact."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.shipped import shipped_text

HUGE = "x" * 100_000
DIGEST = "sha256:" + "0" * 64
TRIGGER = (
    "record trigger-review --review R1 --review-type R6 --about unit:HR --title Nothing --due-on "
    "2099-01-01 --policy by-hand --rule by-hand --cause-key one --as-of-position 1 "
    "--as-of-date 2026-01-01 --rule-digest " + DIGEST
)
HOLD = "record hold-review --review R1 --present s-1"
DECIDE = "record record-decision --review R1 --insufficient --decision"
EVIDENCE = (
    "record submit-evidence --evidence E1 --kind document --location records/E1 --source-key E1 "
    "--units HR --title Minutes --collected-from 2026-01-05 --collected-to 2026-01-05 --digest "
    + DIGEST
)
ACTION = (
    "record open-action-item --action X1 --title Visit --review R1 --due-on 2099-01-01 "
    "--shows-it-worked Minutes --owner"
)
ADOPT = (
    "record adopt-review-policy --policy late --review-type R6 --due-working-days 10 --rule-digest "
    + DIGEST
)
SIMULATE = ("--from", "2026-01-01", "--to", "2026-01-02")

Refused = Callable[..., str]


def recorded(url: str, *, attempts: bool = False) -> int:
    """How many events the log holds; refused attempts at self-approval apart, or those alone."""
    counted = "SELECT count(*) FROM cot_log.event WHERE (type = 'AttemptRefused') = %s"
    with psycopg.connect(url) as connection:
        row = connection.execute(counted, [attempts]).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def refused(testburg: Any, database_url: str) -> Refused:
    """Run a command that must be refused in one line; the log must stay as it is."""

    def run(words: str, *more: str, code: int = 65, says: str, lines: int = 1) -> str:
        before = recorded(database_url)
        ended, out, err = testburg(words, *more)
        assert ended == code, (out, err)
        assert says in err, err
        assert len(err) < 900 * lines, err
        assert "Traceback" not in err
        assert recorded(database_url) == before
        return str(err)

    return run


@pytest.fixture
def opened(testburg: Any) -> Any:
    """A district with a review whose packet is not frozen."""
    testburg.done(TRIGGER, "--facts", json.dumps([{"position": 1, "shows": "it changed"}]))
    return testburg


@pytest.fixture
def held(opened: Any) -> Any:
    """The same with the review held."""
    opened.done("review freeze R1")
    opened.done(HOLD)
    return opened


def test_a_review_is_not_held_without_a_frozen_packet(opened: Any, refused: Refused) -> None:
    refused(HOLD, says="run `cot review freeze R1`")
    refused("review packet R1", code=66, says="`cot review freeze R1` does it")


def test_a_review_is_held_once_and_its_packet_frozen_once(held: Any, refused: Refused) -> None:
    refused(HOLD, says="was held already; record what it decided")
    refused("review freeze R1", says="was held already; record what it decided")


def test_a_decision_is_recorded_once(held: Any, refused: Refused) -> None:
    refused("record close-review --review R1", says="record a decision first")
    held.done(f"{DECIDE} change --title Go")
    refused(f"{DECIDE} change --title Go", says="has decided 'Go' already; if that was wrong")
    refused(f"{DECIDE} none --title Nothing --reason unclear", says="beside which none cannot")
    held.done(f"{DECIDE} change --title Stay")


def test_a_unit_is_sent_to_one_stage_by_a_review(held: Any, refused: Refused) -> None:
    held.done(f"{DECIDE} advance --unit HR --to-stage S2 --title Up")
    for words in ("advance --unit HR --to-stage S3", "revert --unit HR --to-stage S0"):
        refused(f"{DECIDE} {words} --title Else", says="already that HR goes to S2; if that")
    held.done(f"{DECIDE} advance --unit IT --to-stage S1 --title IT")


def test_nobody_verifies_what_is_their_own_and_that_it_was_tried_is_on_record(
    held: Any, refused: Refused, database_url: str
) -> None:
    held.done(EVIDENCE)
    refused("record verify-evidence --evidence E1 --method sampled", says="s-1")
    held.done(f"{DECIDE} change --title Go")
    held.done(f"{ACTION} s-1")
    held.done("record complete-action-item --action X1 --evidence E1")
    refused("record verify-action-item --action X1", says="s-1")
    assert recorded(database_url, attempts=True) == 2


def test_a_review_does_not_close_while_nobody_owns_an_action(held: Any, refused: Refused) -> None:
    held.done(f"{DECIDE} change --title Go")
    refused(f"{ACTION} nobody", says="register it first")
    refused(ACTION, code=64, says="--owner requires an argument. Add --help")
    held.done("record register-actor --actor h-1 --role head --name Head")
    held.done(f"{ACTION} h-1")
    held.done("record retire-actor --actor h-1")
    refused("record close-review --review R1", says="action item X1 is open and its owner 'h-1'")


BAD_POLICIES: list[tuple[tuple[str, ...], int, str]] = [
    (("--rule", "no_such", "--parameters", "{}", "--owner-role", "steward"), 65, "no_such"),
    (
        ("--rule", "stalled_unit", "--parameters", '{"days": 1}', "--owner-role", "steward"),
        65,
        "stalled_unit",
    ),
    (
        (
            *("--rule", "rating_regression", "--owner-role", "steward"),
            *("--parameters", '{"minimum_fall": 99}'),
        ),
        65,
        "minimum_fall",
    ),
    (
        ("--rule", "rating_regression", "--parameters", '{"minimum_fall": 1}'),
        64,
        "--owner-role",
    ),
    (("--rule", "x", "--parameters", "[" * 60_000, "--owner-role", "a"), 65, "--parameters"),
]


def test_a_bad_policy_is_not_adopted(refused: Refused) -> None:
    for more, code, says in BAD_POLICIES:
        refused(ADOPT, *more, code=code, says=says)


CHANGES: list[tuple[dict[str, object], str]] = [
    ({"rule": "no_such"}, "field rule: Input should be"),
    ({"rule": HUGE}, "field rule: Input should be"),
    ({"parameters": {"days": {"S1": -5}, "summer_half_days": 1}}, "days.S1 is -5"),
    ({"due_working_days": 10**30}, "field due_working_days"),
    ({"owner_role": None}, "field owner_role"),
    ({"slug": HUGE}, "field slug: String should have at most 80"),
    ({"slug": "a\u0000b"}, "field slug"),
]


def test_a_bad_file_of_policies_is_refused_by_field(refused: Refused, tmp_path: Path) -> None:
    shipped = json.loads(shipped_text("domain.catalogue", "policies_v1.json"))
    file = tmp_path / "policies.json"
    stalled = next(each for each in shipped["policies"] if each["rule"] == "stalled_unit")
    for change, says in CHANGES:
        file.write_text(json.dumps(shipped | {"policies": [stalled | change]}))
        refused("policy check", str(file), says=says, lines=2)
        refused("policy simulate", str(file), *SIMULATE, says=says, lines=2)


TEXTS = [b"", b"null", b"{", b"[" * 100_000, b'{"a":' * 5000, b"\xff\xfe\x00", b" " * 2_000_000]


def test_what_is_no_file_of_policies_is_refused(refused: Refused, tmp_path: Path) -> None:
    file = tmp_path / "policies.json"
    commands: list[tuple[str, tuple[str, ...]]] = [
        ("policy check", ()),
        ("policy simulate", SIMULATE),
        ("policy expand", ()),
    ]
    for text in TEXTS:
        file.write_bytes(text)
        for words, more in commands:
            refused(words, str(file), *more, says="PolicyFileRefused")


WRONG_WORDS = [
    ("policy simulate --from 2026-01-02 --to 2026-01-01", 64, "swap them"),
    ("policy simulate --from 2026-01-01 --to 9999-12-31", 64, "lies ahead"),
    ("policy simulate --from nope --to 2026-01-01", 64, "--from"),
    ("policy simulate --from 2026-01-01 --to 2026-01-02 --held-after -1", 64, ">= 0"),
    ("policy simulate --from 2026-01-01 --to 2026-01-02 --held-after 9999999999", 64, "<= 250"),
    (f"policy simulate --from {HUGE} --to 2026-01-01", 64, "--from"),
    (f"policy simulate {HUGE} --from 2026-01-01 --to 2026-01-01", 65, "check the path"),
    (f"policy show {HUGE}", 66, "there are: "),
    (f"review packet {HUGE}", 66, "see `cot reviews --all`"),
    (f"review record {HUGE}", 66, "see `cot reviews --all`"),
    (f"review freeze {HUGE}", 66, "see `cot reviews --all`"),
    (f"why review {HUGE}", 66, "see `cot reviews --all`"),
    (f"review packet R1 --district {HUGE}", 66, "there are: testburg"),
    (f"record hold-review --review {HUGE} --present s-1", 65, "--review"),
    ("review packet R1 --out packet.docx", 64, ".pdf, .html or .json"),
]


def test_wrong_and_huge_words_end_in_a_line(opened: Any, refused: Refused) -> None:
    for words, code, says in WRONG_WORDS:
        refused(words, code=code, says=says)


def test_words_that_name_no_review_are_refused(opened: Any, refused: Refused) -> None:
    for words in ("review packet", "review record", "review freeze"):
        refused(words, "", code=66, says="names 0 reviews")
        for typed in ("a\0b", "\ud800"):
            refused(words, typed, code=64, says="type it again")


def test_what_turns_a_line_round_is_told_by_its_number(refused: Refused) -> None:
    told = refused("record hold-review --review R1 --present", "a\u202eb", says="present")
    assert "\u202e" not in told
