"""A log of the pure modules, made once, and its verifier, run as an auditor runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from governance.evidence import verify_bundle
from tests.governance.evidence.made import MadeLog, made_log

Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def log() -> MadeLog:
    return made_log()


@pytest.fixture
def verifying(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the verifier. Gives its exit code and what it printed."""

    def run(*arguments: str | Path) -> tuple[int, str]:
        code = verify_bundle.main([str(argument) for argument in arguments])
        return code, capsys.readouterr().out

    return run
