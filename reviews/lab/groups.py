"""What a draft would do to groups of people, by facts that the asker names as marking a group."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from governance.policies import Facts
from governance.reports.statistics import wilson
from reviews.lab.routes import Way

MOST_VALUES = 12
"""Values of one fact that are told apart; the rarer ones are counted together."""
SMALL_GROUP = 10
"""Below so many decisions a group's rates are not shown: they would tell of single people."""

_MEASURES = ("pass", "review", "block", "adverse_pass")


class Groups:
    """Counts per value of each named fact."""

    def __init__(self, facts: Sequence[str]) -> None:
        self._facts = tuple(facts)
        self._sizes: dict[str, Counter[str]] = {name: Counter() for name in facts}
        self._counts: dict[str, Counter[tuple[str, str, str]]] = {name: Counter() for name in facts}

    def add(self, facts: Facts, before: Way, after: Way) -> None:
        for name in self._facts:
            value = _word(facts.values.get(name))
            self._sizes[name][value] += 1
            counts = self._counts[name]
            for side, way in (("before", before), ("after", after)):
                counts[value, side, way.disposition] += 1
                if way.passes and facts.adverse:
                    counts[value, side, "adverse_pass"] += 1

    def result(self) -> list[dict[str, Any]]:
        return [self._of_fact(name) for name in self._facts]

    def _of_fact(self, name: str) -> dict[str, Any]:
        sizes = self._sizes[name].most_common()
        shown = [(value, n) for value, n in sizes[:MOST_VALUES] if n >= SMALL_GROUP]
        told = sum(n for _, n in shown)
        return {
            "fact": name,
            "groups": [self._of_group(name, value, n) for value, n in sorted(shown)],
            "hidden_groups": len(sizes) - len(shown),
            "hidden_decisions": sum(n for _, n in sizes) - told,
        }

    def _of_group(self, name: str, value: str, n: int) -> dict[str, Any]:
        found: dict[str, Any] = {"value": value, "n": n}
        for side in ("before", "after"):
            for measure in _MEASURES:
                found[f"{measure}_{side}"] = _share(self._counts[name][value, side, measure], n)
        return found


def _word(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value)


def _share(hits: int, n: int) -> dict[str, Any]:
    bounds = wilson(hits, n)
    return {"n": hits, "rate": hits / n, "low": float(bounds.low), "high": float(bounds.high)}
