"""The time a report speaks about: aware UTC instants, nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


def require_utc(name: str, instant: datetime) -> None:
    """Raises ValueError unless `instant` is aware and in UTC."""
    if instant.utcoffset() != timedelta(0):
        raise ValueError(f"{name} must be an aware UTC instant, not {instant.isoformat()}")


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` (included) to `end` (not included), aware UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        require_utc("start", self.start)
        require_utc("end", self.end)
        if self.start >= self.end:
            raise ValueError("a span ends after it starts")


@dataclass(frozen=True, slots=True)
class Period:
    """What a section is asked for: one AI system, one span, and the knowledge of one instant.

    `cut_off` is the instant up to which records count as known, whatever span they speak of:
    a section reads no record that was entered later, so that two runs give the same figures.
    """

    system_id: UUID
    system_slug: str
    start: datetime
    end: datetime
    cut_off: datetime

    def __post_init__(self) -> None:
        Span(self.start, self.end)
        require_utc("cut_off", self.cut_off)
        if self.cut_off < self.end:
            raise ValueError("the period ends at its cut-off at the latest")

    @property
    def span(self) -> Span:
        """The span alone, for the figures drawn from it."""
        return Span(self.start, self.end)
