"""The verifier as an outsider runs it: a process of its own, which shares nothing with this one.

It has one thread, unlike a worker with its connections: so it may start helpers for a large bundle.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

VERIFIER = Path(__file__).with_name("verify_bundle.py")
_PASSED, _REFUSED = "VALID.\n", "NOT VALID. "


class NotAccepted(ValueError):
    """The verifier refuses a bundle; the sentence is its own."""


def check_as_outsider(bundle: Path) -> None:
    """Return when the verifier accepts the bundle as valid. Raises NotAccepted.

    Raises OSError where it could not be run or did not end with a verdict.
    """
    # Without the script's own folder among the places of imports: -P.
    command: list[str | Path] = [sys.executable, "-P", "-X", "utf8", VERIFIER, bundle]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode == 0 and done.stdout.startswith(_PASSED):
        return
    if done.returncode == 1 and done.stdout.startswith(_REFUSED):
        raise NotAccepted(done.stdout.removeprefix(_REFUSED).partition("\n")[0])
    raise OSError(
        f"The verifier ended with {done.returncode} and no verdict: "
        f"{done.stdout[:500]} {done.stderr[-2_000:]}"
    )
