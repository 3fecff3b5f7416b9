"""What trying a policy's text on the past has shown, for those who vote on it."""

from __future__ import annotations

from hashlib import sha256

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.models import Policy
from governance.motions.findings import Finding, knows_of_texts
from reviews.models import Simulation
from reviews.selectors.simulations import simulations_of

_MOST_SHOWN = 3


@knows_of_texts
def shown_by_simulations(policy: Policy, text: str) -> list[Finding]:
    """The newest simulations of exactly this text for this policy, each in a few sentences."""
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return [_finding(run) for run in simulations_of(digest).filter(policy=policy)[:_MOST_SHOWN]]


def _finding(run: Simulation) -> Finding:
    period = {"start": f"{run.period_start:%Y-%m-%d}", "end": f"{run.period_end:%Y-%m-%d}"}
    lines = [
        _("%(changed)s of %(decisions)s decisions would have gone another way.")
        % {"changed": f"{run.changed:,}", "decisions": f"{run.decisions:,}"}
    ]
    if run.differences:
        lines.append(
            _("%s stored results do not come out again: look into that before anything else.")
            % f"{run.differences:,}"
        )
    return Finding(
        _("Tried on the decisions from %(start)s to %(end)s") % period,
        tuple(lines),
        (_("Open the simulation"), reverse("reviews:simulation", args=[run.pk])),
    )
