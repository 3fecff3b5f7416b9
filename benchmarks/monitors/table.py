"""`python -m benchmarks.monitors.table [RUNS]`: the table of `docs/monitors.md`."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from benchmarks.monitors.streams import RATE, SETTINGS, Setting

RUNS = 1_000
SEED = 20_261_201


@dataclass(frozen=True, slots=True)
class Shown:
    """What the runs of one setting came to."""

    runs: int
    false_alarms: int
    found: int
    median: int | None


def shown(setting: Setting, runs: int) -> Shown:
    """Run `number` of the setting draws from a stream of its own: seed, setting, run, shift."""
    key = SETTINGS.index(setting)
    without, with_shift = (
        [
            setting.run(np.random.default_rng([SEED, key, number, is_shifted]), bool(is_shifted))
            for number in range(runs)
        ]
        for is_shifted in (0, 1)
    )
    in_time = [found for found in with_shift if found is not None and found <= setting.within]
    return Shown(
        runs,
        sum(alarm is not None for alarm in without),
        len(in_time),
        int(np.median(in_time)) if in_time else None,
    )


def line(setting: Setting, runs: int) -> str:
    """One row of the table."""
    result = shown(setting, runs)
    median = "none" if result.median is None else f"{result.median:,}"
    return (
        f"| {setting.name} | {setting.window} | {setting.looks or 'always'} "
        f"| {RATE:.1%} of runs | {result.false_alarms / runs:.1%} | {setting.shift} "
        f"| {setting.within:,} {setting.unit} | {result.found / runs:.1%} of runs | {median} |"
    )


HEAD = """\
| monitor | window | looks | false alarms stated | seen | shift | to be found within | found in | \
median |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""

if __name__ == "__main__":
    sys.stdout.write(HEAD)
    for one in SETTINGS:
        sys.stdout.write(line(one, int(sys.argv[1]) if len(sys.argv) > 1 else RUNS) + "\n")
        sys.stdout.flush()
