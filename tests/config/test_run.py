"""run.py on machines that lack something says what, in a sentence."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from config.env import PROJECT_DIR

# The Python that the environment of the tests was made from; the environment's own has no pip.
BARE_PYTHON = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with nothing but run.py."""
    shutil.copy(PROJECT_DIR / "run.py", tmp_path)
    return tmp_path


@pytest.fixture
def run(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The run.py of the checkout as a module. It goes to its own folder; the runner comes back."""
    monkeypatch.chdir(checkout)
    spec = importlib.util.spec_from_file_location("run", checkout / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("arguments", [[], ["dance"], ["help"]])
def test_without_a_command_it_shows_them_all(run: ModuleType, arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"python3 run\.py up --demo"):
        run.main(arguments)


@pytest.mark.parametrize("version", ["3.10.13 (main)", "3.14.0 (main)"])
def test_another_python_is_refused(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(sys, "version", version)
    monkeypatch.setattr(sys, "version_info", tuple(map(int, version.split()[0].split("."))))

    with pytest.raises(SystemExit, match=r"runs on Python 3\.11 to 3\.13, and this is 3\.1[04]"):
        run.main(["test"])


def test_without_pip_it_says_what_to_install(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SystemExit, match="apt-get install python3-pip"):
        run.main(["test"])


def test_without_a_package_index_it_says_so_and_leaves_nothing_half_made(checkout: Path) -> None:
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}

    refused = subprocess.run(
        [BARE_PYTHON, "run.py", "test"],
        cwd=checkout,
        env=offline,
        capture_output=True,
        text=True,
        check=False,
    )

    assert refused.returncode == 1
    assert "The first run needs the Python package index." in refused.stderr
    assert list((checkout / ".tools").iterdir()) == []


def test_what_an_interrupted_first_run_left_is_not_taken_for_uv(
    run: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_made = checkout / ".tools" / "draft-1" / "bin" / "uv"
    half_made.parent.mkdir(parents=True)
    half_made.touch()
    monkeypatch.setattr(run, "fetch_uv", lambda: sys.exit("fetches"))

    with pytest.raises(SystemExit, match="fetches"):
        run.main(["test"])
