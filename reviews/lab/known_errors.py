"""Errors that would have passed or been caught, where the truth became known."""

from collections import Counter
from typing import Any

from reviews.lab.routes import Way


class KnownErrors:
    """Counts over decisions whose true outcome is known. An error that does not pass counts as
    caught: it comes before a person, or is blocked."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[bool, bool, bool]] = Counter()

    def add(self, *, outcome: str, truth: str | None, before: Way, after: Way) -> None:
        if truth is not None:
            self._counts[outcome != truth, before.passes, after.passes] += 1

    def result(self) -> dict[str, Any]:
        return {
            "known": self._counts.total(),
            "wrong": self._outputs(wrong=True),
            "right": self._outputs(wrong=False),
        }

    def _outputs(self, *, wrong: bool) -> dict[str, int]:
        return {
            "passed_both": self._counts[wrong, True, True],
            "passed_before_only": self._counts[wrong, True, False],
            "passes_after_only": self._counts[wrong, False, True],
            "passed_neither": self._counts[wrong, False, False],
        }
