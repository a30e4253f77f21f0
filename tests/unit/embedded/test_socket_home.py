"""The sockets lie in a directory of our own, also where another user took the usual name first."""

import os
from pathlib import Path

import pytest

from cot_flows.embedded.layout import socket_home


def test_the_usual_directory_is_made_private_and_used_again(tmp_path: Path) -> None:
    first = socket_home(tmp_path, shared=False)
    assert first == tmp_path / f"cot-flows-{os.geteuid()}" == socket_home(tmp_path, shared=False)
    assert first.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("taken", ["open to others", "a file", "a link"])
def test_what_may_be_another_users_is_never_used_and_stops_nobody(
    tmp_path: Path, taken: str
) -> None:
    usual = tmp_path / f"cot-flows-{os.geteuid()}"
    if taken == "a file":
        usual.touch()
    elif taken == "a link":
        usual.symlink_to(tmp_path)
    else:
        usual.mkdir()
        usual.chmod(0o777)
    made = socket_home(tmp_path, shared=False)
    assert made != usual
    assert made.parent == tmp_path
    assert made.stat().st_mode & 0o777 == 0o700
    assert made.stat().st_uid == os.geteuid()
