"""What a quorum asks, in words: of whom, how many, how far it is, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.models import ReviewerRole
from reviews.models import Case
from reviews.selectors.quorums import QuorumStanding, StageStanding


def told_quorum(case: Case, quorum: QuorumStanding) -> dict[str, Any]:
    """{name, asks, ballots, stages, next} for the case page."""
    names = role_names(quorum.stages)
    return {
        "name": quorum.name.replace("_", " "),
        "asks": asked(quorum),
        "ballots": ballots_in(quorum),
        "stages": [
            {
                "stage": stage,
                "asks": _asked_of(stage),
                "roles": [names.get(role, role) for role in stage.roles],
            }
            for stage in quorum.stages
        ],
        "next": _next(case, quorum.now, names),
    }


def asked(quorum: QuorumStanding) -> str:
    """Such as "2 of 3 people", and over how many stages where there are several."""
    if len(quorum.stages) == 1:
        return _asked_of(quorum.stages[0])
    people = ngettext("%(n)s person", "%(n)s people", quorum.people) % {"n": quorum.people}
    return _("%(people)s in %(n)s stages") % {"people": people, "n": len(quorum.stages)}


def ballots_in(quorum: QuorumStanding) -> str:
    """How many people have ruled so far."""
    if not quorum.ballots:
        return _("no ballot yet")
    return ngettext("%(n)s ballot in", "%(n)s ballots in", quorum.ballots) % {"n": quorum.ballots}


def _asked_of(stage: StageStanding) -> str:
    if stage.required == stage.panel:
        return ngettext("%(n)s person", "%(n)s people", stage.panel) % {"n": stage.panel}
    return _("%(required)s of %(panel)s people") % {
        "required": stage.required,
        "panel": stage.panel,
    }


def _next(case: Case, stage: StageStanding | None, names: dict[str, str]) -> str:
    if case.state not in Case.LIVE:
        return ""
    if case.vetoed_at is not None:
        return _(
            "A ballot vetoed the AI's outcome. The next verdict settles the case, on another one."
        )
    if stage is None:
        return _("The ballots disagreed. The next verdict settles the case.")
    if stage.roles:
        roles = _(" or ").join(names.get(role, role) for role in stage.roles)
        return _("Next: a ballot for “%(stage)s”, from a person with the role %(roles)s.") % {
            "stage": stage.name,
            "roles": roles,
        }
    return _("Next: a ballot for “%(stage)s”.") % {"stage": stage.name}


def row_of(case: Case, quorum: QuorumStanding, names: dict[str, str]) -> dict[str, Any]:
    """{asks, ballots, stage, roles} for a line of a queue; the stage only where it says more."""
    if case.adjudication:
        return {"asks": _("1 person, to settle it"), "ballots": ballots_in(quorum)}
    now = quorum.now
    says_more = now is not None and (len(quorum.stages) > 1 or now.roles)
    return {
        "asks": asked(quorum),
        "ballots": ballots_in(quorum) if quorum.ballots else "",
        "stage": now if says_more else None,
        "roles": [names.get(role, role) for role in now.roles] if now else [],
    }


def role_names(stages: Iterable[StageStanding]) -> dict[str, str]:
    """Slug to name of the roles that stages ask for, in at most one query."""
    slugs = {role for stage in stages for role in stage.roles}
    if not slugs:
        return {}
    return dict(ReviewerRole.objects.filter(slug__in=slugs).values_list("slug", "name"))
