"""Homes for the embedded server's tests.

They live in a directory of their own that every user may pass through: pytest's own is closed to
the unprivileged user that runs the server when the tests run as root.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cot_flows.embedded import open_server, stop_server
from tests.integration.embedded.programs import remove_home, wait_for_nothing


@pytest.fixture(scope="session")
def open_directory() -> Iterator[Path]:
    """A directory that every user may pass through."""
    path = Path(tempfile.mkdtemp(prefix="cot-embedded-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def made_once(open_directory: Path) -> Path:
    """A home with a cluster that was stopped cleanly; tests work on copies."""
    home = open_directory / "made once"
    open_server(home, grace=0.0).close()
    wait_for_nothing(home)
    return home


@pytest.fixture
def new_home(open_directory: Path) -> Iterator[Path]:
    """The path of a home that does not exist yet; whatever comes of it is stopped and removed."""
    home = Path(tempfile.mkdtemp(prefix="new-", dir=open_directory)) / "home"
    home.parent.chmod(0o755)
    yield home
    stop_server(home)
    wait_for_nothing(home)
    remove_home(home)


@pytest.fixture
def home(made_once: Path, new_home: Path) -> Path:
    """A home with a cluster, not running."""
    subprocess.run(["/bin/cp", "-a", made_once, new_home], check=True)
    return new_home
