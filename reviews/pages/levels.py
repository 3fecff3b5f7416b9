"""The intervention level of a decision type: its history, raising it, moving to lower it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from governance.pages.refusals import refusals_shown
from governance.policies.vocabulary import Level
from governance.services.motions import move
from models_registry.models import DecisionType
from models_registry.motions import levels
from models_registry.services.levels import LONGEST_REASON, REACHED, raise_level
from reviews.models import MonitorAlarm
from reviews.pages.signed_in import SignedInRequest, may, verb_of

_VIEW = "models_registry.view_decisiontype"
_SHOWN = 100
WORDS = {
    Level.NORMAL: gettext_lazy("Normal"),
    Level.SAMPLED: gettext_lazy("Sampled: more of what passes is audited"),
    Level.ALL_HUMAN: gettext_lazy("All human: a person rules on each one"),
}


class StepForm(forms.Form):
    """A level above, or below, the one that there is, and why."""

    to = forms.ChoiceField(label=gettext_lazy("To"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("It is kept with the step; without personal data."),
    )

    def __init__(self, *args: Any, offered: list[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(level.value, WORDS[level]) for level in offered]  # type: ignore[attr-defined]


@require_safe
@may(_VIEW)
def show(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET /levels/<decision type>/: 200 | 404."""
    return _page(request, _kind(slug))


@verb_of("reviews:level")
@may("models_registry.raise_level")
def raise_up(request: SignedInRequest, slug: str) -> HttpResponse:
    """POST: 302 to the level | with what refused it | 404."""
    kind = _kind(slug)

    def take(to: Level, reason: str) -> HttpResponse:
        raise_level(
            decision_type=kind, to=to, reason=reason, raised_by=request.user, now=timezone.now()
        )
        messages.success(request, _("The level is raised. It holds for the next decision."))
        return redirect("reviews:level", slug=slug)

    return _step(request, kind, "up", take)


@verb_of("reviews:level")
@may(levels.PERMISSION)
def move_down(request: SignedInRequest, slug: str) -> HttpResponse:
    """POST: 302 to the motion | with what refused it | 404."""
    kind = _kind(slug)

    def take(to: Level, reason: str) -> HttpResponse:
        motion = move(
            act=levels.NAME,
            content=levels.content_of(kind, to),
            reason=reason,
            mover=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("It was put forward and waits for a second person."))
        return redirect("motions:motion", motion.pk)

    return _step(request, kind, "down", take)


def _step(
    request: SignedInRequest,
    kind: DecisionType,
    way: str,
    take: Callable[[Level, str], HttpResponse],
) -> HttpResponse:
    form = StepForm(request.POST, offered=_offered(kind)[way], prefix=way)
    if not form.is_valid():
        return _page(request, kind, {way: form}, status=422)
    with refusals_shown(request) as attempt:
        return take(Level(form.cleaned_data["to"]), form.cleaned_data["reason"])
    status = attempt.refusal.status if attempt.refusal else 409
    return _page(request, _kind(kind.slug), {way: form}, status=status)


def _page(
    request: SignedInRequest,
    kind: DecisionType,
    forms_given: dict[str, StepForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    offered, given = _offered(kind), forms_given or {}
    perms = {"up": "models_registry.raise_level", "down": levels.PERMISSION}
    shown = {
        way: given.get(way, StepForm(offered=found, prefix=way))
        for way, found in offered.items()
        if found and request.user.has_perm(perms[way])
    }
    changes = kind.level_changes.select_related("changed_by").newest_first()
    context = {
        "kind": kind,
        "crumbs": [{"label": _("Monitors"), "url": "/monitors/"}],
        "changes": list(changes[:_SHOWN]),
        "raise_form": shown.get("up"),
        "lower_form": shown.get("down"),
        "alarms": list(MonitorAlarm.objects.open().filter(decision_type=kind)),
    }
    return render(request, "reviews/level.html", context, status=status)


def _kind(slug: str) -> DecisionType:
    return get_object_or_404(DecisionType.objects.select_related("system"), slug=slug)


def _offered(kind: DecisionType) -> dict[str, list[Level]]:
    at = Level(kind.level)
    return {
        "up": [level for level in REACHED if level.is_above(at)],
        "down": [level for level in REACHED if at.is_above(level)],
    }
