"""Whose ballots a decided case stands on."""

from __future__ import annotations

from reviews.models import Case, Verdict


def deciding_ballots(case: Case) -> list[Verdict]:
    """Those that made it decided, oldest first: the adjudicator's alone, whoever said the same
    before the dispute; else all for what was decided."""
    ballots = list(case.verdicts.ballots().filter(outcome=case.final_outcome).order_by("id"))
    if not case.adjudication:
        return ballots
    # It counts for no stage; of ballots older than stages it is the last one.
    return [max(ballots, key=lambda one: (one.stage is None, one.ruled_at, one.pk))]
