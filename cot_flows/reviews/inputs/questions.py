"""One page of questions for the meeting, asked by what the packet shows; the last one always is."""

from collections.abc import Callable, Iterator, Mapping

from cot_flows.reviews.inputs.reading import Entry, places_of

AT_MOST = 12
"""How many questions there are: as many as one page holds and one meeting answers."""

OF_EACH = 3
"""How many questions a part may ask, before the others have had their turn."""

DISCONFIRMING = "What would show that this is not working, and who would have seen it?"
"""Asked in every review, whatever the record holds."""

Parts = Mapping[str, list[Entry]]


def questions(parts: Parts) -> list[Entry]:
    """Return the questions that the parts of a packet ask, and the one against confirmation."""
    asked: list[Entry] = []
    for part, ask in ASKING.items():
        found = [
            {"part": part, "asks": text, "positions": each["positions"]}
            for each in parts[part]
            for text in ask(each)
        ]
        asked += found[:OF_EACH]
    against = {each for entry in parts["disconfirming"] for each in places_of(entry)}
    last: Entry = {"part": "disconfirming", "asks": DISCONFIRMING, "positions": sorted(against)}
    return [*asked[: AT_MOST - 1], last]


def _of_parity(each: Entry) -> Iterator[str]:
    groups = each["groups"]
    for group in groups if isinstance(groups, list) else ():
        if group["band"] == "act":
            served = f"{group['group']} served at {group['ratio']} of the best"
            yield f"{each['title']}: why is {served}?"


def _of_action(each: Entry) -> Iterator[str]:
    if each["days_late"]:
        yield f"What keeps {each['action']}, {each['days_late']} days late, and who can move it?"
    elif each["of_last_review"] and each["phase"] in {"completed", "verified"}:
        yield f"{each['action']} is done: did it do what it was to show, {each['shows_it_worked']}?"


def _of_rating(each: Entry) -> Iterator[str]:
    if each["arrow"] == "down":
        yield f"Why did {each['indicator']} of {each['about']} fall to {each['level']}?"


def _of_measure(each: Entry) -> Iterator[str]:
    if each["trend"] == "worse":
        yield f"{each['title']} got worse: what changed, and is it more than chance?"


def _of_plan(each: Entry) -> Iterator[str]:
    if each["missed"]:
        yield f"{each['title']} missed its plan: is the plan wrong, or what was done?"


def _of_test(each: Entry) -> Iterator[str]:
    if each["phase"] == "studied":
        yield f"Test {each['test']}: adopt, adapt or abandon?"


def _of_contested(each: Entry) -> Iterator[str]:
    yield f"What would settle {each['what']}?"


def _of_risk(each: Entry) -> Iterator[str]:
    yield f"{each['unit']} is at risk, {each['risk']}: what will be different by the next review?"


ASKING: dict[str, Callable[[Entry], Iterator[str]]] = {
    "parity": _of_parity,
    "actions": _of_action,
    "ratings": _of_rating,
    "measurements": _of_measure,
    "money": _of_plan,
    "partners": _of_plan,
    "tests": _of_test,
    "contested": _of_contested,
    "risks": _of_risk,
}
"""By the part: what each of its entries asks, if anything."""
