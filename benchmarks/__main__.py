"""The door: `python -m benchmarks GROUP [PART ...]`."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.machine import running_product

GROUPS = {"ledger": ["append", "seal", "verify", "proofs", "bundle"]}


def main(arguments: list[str]) -> None:
    group, *chosen = arguments or [""]
    parts = chosen or GROUPS.get(group, [])
    if group not in GROUPS or not set(parts) <= set(GROUPS[group]):
        known = "; ".join(f"{name}: {', '.join(parts)}" for name, parts in GROUPS.items())
        sys.exit(f"python3 run.py benchmark GROUP [PART ...]\nKnown: {known}")
    measured: dict[str, Any] = {}
    for part in parts:
        measure: Callable[[], Any] = importlib.import_module(f"benchmarks.{group}.{part}").measure
        began = time.perf_counter()
        # A database of its own each: what one part leaves does not slow the next.
        with running_product():
            measured[part] = measure()
        sys.stderr.write(f"{part}: {time.perf_counter() - began:.0f} s\n")
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
