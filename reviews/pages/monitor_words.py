"""Monitors in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.policies.monitors import SEQUENTIAL, MonitorSpec, Watches
from governance.templatetags.countersign import time_span
from reviews.models import MonitorRun

NAMES = {
    Watches.CONFIDENCE_PSI: gettext_lazy("Confidence, population stability index"),
    Watches.CONFIDENCE_KS: gettext_lazy("Confidence, Kolmogorov-Smirnov"),
    Watches.OUTCOME_PSI: gettext_lazy("Outcomes, population stability index"),
    Watches.OUTCOME_CHI_SQUARE: gettext_lazy("Outcomes, chi-squared"),
    Watches.OVERRIDE_RATE: gettext_lazy("Share of rulings against the AI system"),
    Watches.ERROR_RATE: gettext_lazy("Share of errors among what passes"),
    Watches.VOLUME: gettext_lazy("Number of decisions"),
    Watches.SILENCE: gettext_lazy("Time without a decision"),
    Watches.CALIBRATION: gettext_lazy("Calibration of the confidences"),
    Watches.DISAGREEMENT: gettext_lazy("Rulings against the AI system, by segment"),
}
# What the statistic of each is called beside a chart.
STATISTICS = {
    Watches.CONFIDENCE_PSI: gettext_lazy("Index"),
    Watches.CONFIDENCE_KS: gettext_lazy("Largest distance"),
    Watches.OUTCOME_PSI: gettext_lazy("Index"),
    Watches.OUTCOME_CHI_SQUARE: gettext_lazy("Chi-squared"),
    Watches.OVERRIDE_RATE: gettext_lazy("Evidence"),
    Watches.ERROR_RATE: gettext_lazy("Evidence"),
    Watches.VOLUME: gettext_lazy("Decisions in the window"),
    Watches.SILENCE: gettext_lazy("Seconds"),
    Watches.CALIBRATION: gettext_lazy("Calibration error"),
    Watches.DISAGREEMENT: gettext_lazy("Standard deviations"),
}


def sentence(run: MonitorRun | None) -> str:
    """What the newest look says."""
    if run is None:
        return _("It has not looked yet: there is no data, so it counts as not fresh.")
    if run.finding == MonitorRun.Finding.TOO_FEW or run.statistic is None or run.limit is None:
        return _(
            "It had %(n)d items and needs %(least)d: not enough data, so it counts as not fresh."
        ) % {"n": run.n, "least": run.least}
    figures = {
        "statistic": f"{run.statistic:,.4g}",
        "limit": f"{run.limit:,.4g}",
        "n": run.n,
        "name": str(STATISTICS[Watches(run.watches)]),
    }
    below = run.lower_limit is not None and run.statistic < run.lower_limit
    if below:
        figures["limit"] = f"{run.lower_limit:,.4g}"
        said = _("%(name)s, of %(n)d items: %(statistic)s, below the limit of %(limit)s.")
    elif run.finding == MonitorRun.Finding.ALARM:
        said = _("%(name)s, of %(n)d items: %(statistic)s, beyond the limit of %(limit)s.")
    else:
        said = _("%(name)s, of %(n)d items: %(statistic)s, within the limit of %(limit)s.")
    where = _(" Most of it comes from “%s”.") % run.where if run.where else ""
    return said % figures + where


def rate_words(spec: MonitorSpec) -> str:
    """What the policy states about false alarms."""
    rate = f"{spec.false_alarm_rate:.2%}".replace(".00%", "%")
    if spec.watches is Watches.SILENCE:
        return _("An alarm means that nothing came for longer than %s.") % time_span(
            spec.silence or timedelta()
        )
    if spec.watches in SEQUENTIAL:
        return _(
            "While the true share is at most %(expected)s, an alarm comes with a chance of at most "
            "%(rate)s in %(run)d items, however often it looks; it is there to find "
            "%(unacceptable)s."
        ) % {
            "expected": f"{spec.expected:.1%}",
            "unacceptable": f"{spec.unacceptable:.1%}",
            "rate": rate,
            "run": spec.run,
        }
    return _(
        "While nothing has changed, an alarm comes with a chance of at most %(rate)s in "
        "%(window)s, which is %(looks)d looks; each has its part of that chance."
    ) % {"rate": rate, "window": time_span(spec.window), "looks": spec.looks}
