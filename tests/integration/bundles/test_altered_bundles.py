"""Whatever is altered in a bundle, every verifier that can see it refuses, and says where."""

import json
from pathlib import Path

import pytest

from tests.support.bundles import DISTRICT, WITNESS_KEY, by_node, by_python, by_sql, rows_of
from tests.support.tampering import ALTERED, ALTERED_SIGNATURES, PLACE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bundles")]

NAMES_THE_PLACE = ("content", "recording time", "leaf only", "event removed")
REFUSED = (1, 2)


@pytest.mark.parametrize("what", [*ALTERED, *ALTERED_SIGNATURES])
@pytest.mark.parametrize("run", [by_python, by_node])
def test_an_altered_bundle_is_refused(bundle: Path, vkey: str, what: str, run: object) -> None:
    (ALTERED | ALTERED_SIGNATURES)[what](bundle)
    code, told = run(bundle, "--key", vkey, "--json")  # type: ignore[operator]
    assert code in REFUSED, told
    if what in NAMES_THE_PLACE:
        assert json.loads(told)["position"] == PLACE + 1


@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_bundle_is_refused_in_the_database(
    bundle: Path, psql: str, elsewhere: str, what: str
) -> None:
    ALTERED[what](bundle)
    code, told = by_sql(psql, elsewhere)(bundle)
    assert code == 3, told
    assert "ERROR" in told
    if what in NAMES_THE_PLACE:
        assert f"position {PLACE + 1}:" in told


@pytest.mark.parametrize("run", [by_python, by_node])
def test_a_bundle_of_another_key_is_refused(bundle: Path, vkey: str, run: object) -> None:
    rows = json.loads((bundle / "keys.json").read_text())["keys"]
    code, told = run(bundle, "--key", rows[0]["vkey"])  # type: ignore[operator]
    assert (code, "none of those given" in told) == (1, True), "a lost key vouches for nobody"
    code, told = run(bundle)  # type: ignore[operator]
    assert (code, "NOT SHOWN" in told) == (3, True)
    code, told = run(bundle, "--key", vkey, "--witness", WITNESS_KEY[:-4] + "AAA=")  # type: ignore[operator]
    assert code == 1, told


@pytest.mark.parametrize("run", [by_python, by_node])
def test_a_file_that_is_not_the_listed_one_is_refused(bundle: Path, run: object) -> None:
    (bundle / "README.md").write_text("Trust me.")
    code, told = run(bundle)  # type: ignore[operator]
    assert (code, "README.md" in told) == (1, True)


def test_the_altered_bundles_are_of_the_district(made: Path) -> None:
    """The bundle that is altered holds what is altered: values, three keys, a cosignature."""
    assert len(rows_of(made, "personal.jsonl")) >= 2
    assert len(json.loads((made / "keys.json").read_text())["keys"]) == 3
    assert json.loads((made / "manifest.json").read_text())["district"] == DISTRICT
