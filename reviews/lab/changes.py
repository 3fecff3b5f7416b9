"""Which decisions change their way, counted, with rows drawn at random."""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from heapq import heappush, heapreplace
from typing import Any, Self
from uuid import UUID

from reviews.lab.routes import Route, Way

ROWS_PER_CHANGE = 50

Pair = tuple[Route, Route]


class Draw:
    """Keeps at most `most` of many rows, each set of them as likely as any other; seed and ids
    alone settle which, whatever the order in which they come."""

    def __init__(self, seed: str, most: int = ROWS_PER_CHANGE) -> None:
        self._seed = seed.encode()
        self._most = most
        self._kept: list[tuple[int, str, dict[str, Any]]] = []

    def offer(self, key: UUID, row: dict[str, Any]) -> None:
        ticket = -int.from_bytes(sha256(self._seed + key.bytes).digest()[:8], "big")
        entry = (ticket, str(key), row)
        if len(self._kept) < self._most:
            heappush(self._kept, entry)
        elif ticket > self._kept[0][0]:
            heapreplace(self._kept, entry)

    def rows(self) -> list[dict[str, Any]]:
        """In the order of their ids, which is that of time."""
        return [row for _, _, row in sorted(self._kept, key=lambda entry: entry[1])]


class Changes:
    """The matrix of routes before and after, and samples of those that change."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._routes: Counter[Pair] = Counter()
        self._changed: Counter[Pair] = Counter()
        self._draws: dict[Pair, Draw] = {}
        self.other_rule = self.other_audit = 0

    @classmethod
    def resumed(cls, seed: str, result: Mapping[str, Any]) -> Self:
        """As it was when `result` was given; nothing, where that is empty."""
        found = cls(seed)
        for row in result.get("routes", []):
            found._routes[Route(row["before"]), Route(row["after"])] += row["n"]
        for change in result.get("changes", []):
            pair = (Route(change["before"]), Route(change["after"]))
            found._changed[pair] += change["n"]
            for row in change["rows"]:
                found._draw(pair).offer(UUID(row["decision"]), row)
        found.other_rule = result.get("other_rule", 0)
        found.other_audit = result.get("other_audit", 0)
        return found

    @property
    def changed(self) -> int:
        return self._changed.total()

    def add(self, decision: UUID, before: Way, after: Way) -> None:
        """A change is another disposition, or another queue for a review. Which passes are audited
        is drawn anew under each text, so that alone is no change; it is counted by itself."""
        pair = (before.route, after.route)
        self._routes[pair] += 1
        if before.passes and after.passes:
            self.other_audit += before.audited != after.audited
            self.other_rule += before.rule != after.rule
            return
        if pair[0] is pair[1] and before.queue == after.queue:
            self.other_rule += before.rule != after.rule
            return
        self._changed[pair] += 1
        self._draw(pair).offer(
            decision,
            {
                "decision": str(decision),
                "rule_before": before.rule,
                "rule_after": after.rule,
                "queue_before": before.queue,
                "queue_after": after.queue,
            },
        )

    def _draw(self, pair: Pair) -> Draw:
        if pair not in self._draws:
            self._draws[pair] = Draw(f"{self._seed}:{pair[0]}:{pair[1]}:")
        return self._draws[pair]

    def result(self) -> dict[str, Any]:
        return {
            "routes": [
                {"before": before, "after": after, "n": self._routes[before, after]}
                for before in Route
                for after in Route
            ],
            "changes": [
                {
                    "before": before,
                    "after": after,
                    "n": n,
                    "rows": self._draws[before, after].rows(),
                }
                for (before, after), n in self._changed.most_common()
            ],
            "changed": self.changed,
            "other_rule": self.other_rule,
            "other_audit": self.other_audit,
        }
