"""Marrow Bay at its end, played once for all tests of the folder's modules."""

from collections.abc import Iterator

import pytest

from cot_flows.bootstrap import Engine
from tests.support.marrow_bay import marrow_bay


@pytest.fixture(scope="module")
def bay(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open the product on the played scenario."""
    with marrow_bay(server_url, tmp_path_factory.mktemp("bay")) as opened:
        yield opened
