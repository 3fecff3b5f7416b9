"""The door: `python -m benchmarks GROUP [PART ...]`."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.machine import running_product

GROUPS = {
    "halts": ["placing"],
    "ladder": ["sweep"],
    "lab": ["replay"],
    "ledger": ["append", "seal", "verify", "proofs", "bundle"],
    "policies": ["evaluate"],
}


def main(arguments: list[str]) -> None:
    group, *chosen = arguments or [""]
    parts = chosen or GROUPS.get(group, [])
    if group not in GROUPS or not set(parts) <= set(GROUPS[group]):
        known = "; ".join(f"{name}: {', '.join(parts)}" for name, parts in GROUPS.items())
        sys.exit(f"python3 run.py benchmark GROUP [PART ...]\nKnown: {known}")
    measured = _alone(group, parts[0]) if len(parts) == 1 else _one_by_one(group, parts)
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")


def _alone(group: str, part: str) -> dict[str, Any]:
    measure: Callable[[], Any] = importlib.import_module(f"benchmarks.{group}.{part}").measure
    began = time.perf_counter()
    with running_product():
        measured = measure()
    sys.stderr.write(f"{part}: {time.perf_counter() - began:.0f} s\n")
    return {part: measured}


def _one_by_one(group: str, parts: list[str]) -> dict[str, Any]:
    """Each part in a process and on a database of its own: what one leaves slows no other."""
    measured: dict[str, Any] = {}
    for part in parts:
        command = [sys.executable, "-m", "benchmarks", group, part]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        measured |= json.loads(done.stdout)
    return measured


if __name__ == "__main__":
    main(sys.argv[1:])
