"""The monitors: where each stands, its figures over time, closing an alarm."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.pages.refusals import refusals_shown
from governance.policies.monitors import Watches
from models_registry.models import DecisionType
from models_registry.services.levels import LONGEST_REASON
from reviews.models import MonitorAlarm
from reviews.pages.monitor_chart import chart_of
from reviews.pages.monitor_words import NAMES, STATISTICS, rate_words, sentence
from reviews.pages.signed_in import SignedInRequest, may
from reviews.selectors.monitor_pages import alarms_of, newest_runs, standings
from reviews.services.monitor_alarms import close_alarm
from reviews.services.monitoring import monitors_of

_VIEW = "models_registry.view_decisiontype"
_CLOSE = "reviews.close_monitoralarm"
_IN_CHART, _IN_TABLE, _ALARMS = 300, 50, 20


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("What was found; without personal data."),
    )


@require_safe
@may(_VIEW)
def list_monitors(request: SignedInRequest) -> HttpResponse:
    """GET /monitors/: 200."""
    rows = [
        {"one": one, "name": NAMES[Watches(one.state.watches)], "sentence": sentence(one.run)}
        for one in standings(timezone.now())
    ]
    return render(request, "reviews/monitors.html", {"rows": rows})


@require_safe
@may(_VIEW)
def show(request: SignedInRequest, slug: str, monitor: str) -> HttpResponse:
    """GET /monitors/<decision type>/<monitor>/: 200 | 404 none of that name, now or before."""
    now = timezone.now()
    kind = get_object_or_404(DecisionType.objects.select_related("system"), slug=slug)
    spec = next((one for one in monitors_of(kind, now) if one.id == monitor), None)
    runs = newest_runs(kind, monitor, _IN_CHART)
    if spec is None and not runs:
        raise Http404
    watches = Watches(runs[-1].watches) if spec is None else spec.watches
    standing = next((one for one in standings(now, kind) if one.state.monitor == monitor), None)
    newest = runs[-1] if runs else None
    alarms = alarms_of(kind, monitor, _ALARMS)
    context = {
        "kind": kind,
        "monitor": monitor,
        "name": NAMES[watches],
        "statistic": STATISTICS[watches],
        "crumbs": [{"label": _("Monitors"), "url": "/monitors/"}],
        "spec": spec,
        "rate": rate_words(spec) if spec else "",
        "standing": standing,
        "sentence": sentence(standing.run if standing else newest),
        "chart": chart_of(runs, title=str(NAMES[watches]), statistic=str(STATISTICS[watches])),
        "runs": runs[::-1][:_IN_TABLE],
        "has_lower": any(run.lower_limit is not None for run in runs),
        "alarms": alarms,
        "open_alarm": next((one for one in alarms if one.ended_at is None), None),
        "may_close": request.user.has_perm(_CLOSE),
    }
    return render(request, "reviews/monitor.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may(_CLOSE)
def close(request: SignedInRequest, alarm_id: UUID) -> HttpResponse:
    """GET /monitor-alarms/<id>/close/: 200 | 404. POST: 302 to the monitor | what refused it."""
    alarm = get_object_or_404(MonitorAlarm.objects.select_related("decision_type"), pk=alarm_id)
    form, status = CloseForm(request.POST or None), 200
    back = ("reviews:monitor", alarm.decision_type.slug, alarm.monitor)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request) as attempt:
            close_alarm(
                alarm_id=alarm_id,
                reason=form.cleaned_data["reason"],
                closed_by=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("The alarm is closed. The level stays as it is."))
            return redirect(*back)
        status = attempt.refusal.status if attempt.refusal else status
    context = {
        "form": form,
        "alarm": alarm,
        "title": _("Close the alarm"),
        "name": NAMES[Watches(alarm.watches)],
    }
    return render(request, "reviews/close_alarm.html", context, status=status)
