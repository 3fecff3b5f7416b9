"""The way a decision took, or would take: as much of an evaluation as the lab compares."""

from enum import StrEnum
from typing import NamedTuple

from governance.policies import Disposition, Evaluation


class Route(StrEnum):
    """What becomes of a decision, an audited pass being a way of its own: a person looks at it."""

    PASS = "pass"
    AUDITED = "audited"
    REVIEW = "review"
    BLOCK = "block"


class Way(NamedTuple):
    """`rule`, `queue`: empty for none. `verdicts`: how many people look, 0 for nobody."""

    disposition: str
    rule: str
    queue: str
    audited: bool
    verdicts: int
    due_seconds: int

    @property
    def route(self) -> Route:
        return Route.AUDITED if self.audited else Route(self.disposition)

    @property
    def passes(self) -> bool:
        """Whether the AI's outcome takes effect before anybody looked."""
        return self.disposition == Disposition.PASS


def way_of(result: Evaluation) -> Way:
    return Way(
        result.disposition.value,
        result.rule or "",
        result.queue or "",
        result.audit_sampled,
        result.verdicts,
        int(result.due_within.total_seconds()),
    )
