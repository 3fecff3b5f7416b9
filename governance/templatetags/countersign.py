"""What the pages show of values: icons, badges, time left, confidence in words, small charts.

Shows only. Every tag takes values a view already has; none reads the database or the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

Text = str | Promise
# Kind of badge -> value -> (what it says, tone, icon). A tone never stands without its word.
BADGES: dict[str, dict[str, tuple[Text, str, str]]] = {
    "disposition": {
        "pass": (_("Pass"), "good", "pass"),
        "review": (_("Review"), "warn", "review"),
        "block": (_("Block"), "bad", "block"),
    },
    "state": {
        "open": (_("Open"), "accent", "queue"),
        "claimed": (_("Claimed"), "accent", "lock"),
        "balloting": (_("Balloting"), "accent", "people"),
        "decided": (_("Decided"), "good", "check"),
        "withdrawn": (_("Withdrawn"), "muted", "minus"),
        "expired": (_("Expired"), "bad", "clock"),
    },
    "contestation": {
        "open": (_("Open"), "warn", "clock"),
        "decided": (_("Decided"), "good", "check"),
        "withdrawn": (_("Withdrawn"), "muted", "minus"),
    },
    "mode": {
        "hitl": (_("Human in the loop"), "muted", "review"),
        "hotl": (_("Human on the loop"), "muted", "overview"),
        "hic": (_("Human in command"), "muted", "admin"),
    },
    "impact": {
        "low": (_("Low impact"), "muted", "down"),
        "medium": (_("Medium impact"), "muted", "minus"),
        "high": (_("High impact"), "warn", "up"),
        "critical": (_("Critical impact"), "bad", "warning"),
    },
    "level": {
        "normal": (_("Normal"), "good", "pass"),
        "sampled": (_("Sampled"), "accent", "filter"),
        "all_human": (_("All human"), "warn", "people"),
        "halted": (_("Halted"), "bad", "halt"),
    },
    "look": {
        "quiet": (_("Quiet"), "good", "check"),
        "alarm": (_("Alarm"), "bad", "warning"),
        "too_few": (_("Not enough data"), "warn", "question"),
        "none": (_("No data yet: counts as not fresh"), "warn", "question"),
    },
    "verdict": {
        "uphold": (_("Uphold"), "good", "check"),
        "override": (_("Override"), "warn", "override"),
        "reverse": (_("Reverse"), "bad", "reverse"),
        "abstain": (_("Abstain"), "muted", "abstain"),
    },
    "motion": {
        "pending": (_("Waits for approval"), "accent", "people"),
        "carried": (_("Carried out"), "good", "check"),
        "rejected": (_("Rejected"), "bad", "cross"),
        "withdrawn": (_("Withdrawn"), "muted", "minus"),
        "expired": (_("Expired"), "muted", "clock"),
    },
    "vote": {
        "approve": (_("Approves"), "good", "check"),
        "reject": (_("Rejects"), "bad", "cross"),
    },
    "webhook": {
        "active": (_("Active"), "good", "check"),
        "paused": (_("Paused"), "warn", "minus"),
        "dead": (_("Given up"), "bad", "warning"),
    },
    "delivery": {
        "pending": (_("Waits"), "accent", "clock"),
        "delivered": (_("Delivered"), "good", "check"),
        "dead": (_("Given up"), "bad", "cross"),
    },
    "finding": {
        "met": (_("Met"), "good", "check"),
        "partly": (_("Partly met"), "warn", "minus"),
        "not_met": (_("Not met"), "bad", "cross"),
        "not_assessable": (_("Not assessable"), "muted", "question"),
    },
}

# Lower bound -> word, highest first. The number always stands beside the word.
CONFIDENCE_WORDS: tuple[tuple[float, Text], ...] = (
    (0.95, _("very high")),
    (0.85, _("high")),
    (0.7, _("moderate")),
    (0.5, _("low")),
    (0.0, _("very low")),
)
NEAR_SHARE = 0.25  # of the whole time given: from here the mark warns
AXIS = 50.0  # the middle of a factor bar's 0..100 viewBox


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The symbol `name` of icons.svg. With a `label` it is an image, without one decoration."""
    source = static("countersign/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            source,
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', source, name
    )


@register.inclusion_tag("countersign/components/badge.html")
def badge(kind: str, value: str) -> dict[str, Any]:
    """A word with its colour and icon. A value that `BADGES` does not know is shown as it is."""
    label, tone, symbol = BADGES[kind].get(value, (value, "muted", "question"))
    return {"label": label, "tone": tone, "icon": symbol}


def time_span(span: timedelta) -> str:
    """The two largest units of `span`'s absolute value. clock.js rounds in the same way."""
    minutes = int(abs(span).total_seconds() // 60)
    hours, days = minutes // 60, minutes // (60 * 24)
    if days:
        return f"{days} {gettext('d')} {hours % 24} {gettext('h')}"
    if hours:
        return f"{hours} {gettext('h')} {minutes % 60} {gettext('min')}"
    return f"{minutes} {gettext('min')}" if minutes else gettext("under 1 min")


@register.filter
def age(span: timedelta) -> str:
    """`12 s` below a minute, then like `time_span`."""
    seconds = int(span.total_seconds())
    return f"{seconds} {gettext('s')}" if seconds < 60 else time_span(span)


@register.filter
def since(at: datetime, now: datetime) -> str:
    """How long ago `at` was, as `age` says it; both aware."""
    return age(max(now - at, timedelta(0)))


@register.inclusion_tag("countersign/components/time_left.html")
def time_left(opened_at: datetime, due_at: datetime, now: datetime, wide: bool = False) -> Any:
    """The time until `due_at`, as words and as the share that is left of the time given.

    All three aware. The bar is full at `opened_at` and again, in the colour of harm, when late.
    """
    whole = max((due_at - opened_at).total_seconds(), 1.0)
    share = min(1.0, max(0.0, (due_at - now).total_seconds() / whole))
    late = now >= due_at
    text = gettext("%s late") if late else gettext("%s left")
    return {
        "tone": "bad" if late else "warn" if share <= NEAR_SHARE else "muted",
        "width": f"{100.0 if late else share * 100:.1f}",
        "text": text.replace("%s", time_span(due_at - now)),
        "opened_at": opened_at,
        "due_at": due_at,
        "wide": wide,
    }


@register.filter
def percent(value: float | None, digits: int = 0) -> str:
    """0.873 -> `87 %`; None -> an en dash."""
    return "\u2013" if value is None else f"{float(value) * 100:.{digits}f}\u202f%"


@register.filter
def confidence_words(value: float | None) -> Text:
    """The word for a confidence from 0.0 to 1.0; None is `not stated`, never a guess."""
    if value is None:
        return _("not stated")
    return next(word for bound, word in CONFIDENCE_WORDS if float(value) >= bound)


@register.inclusion_tag("countersign/components/factor_chart.html")
def factor_chart(factors: Iterable[Mapping[str, Any]], towards: str, limit: int = 8) -> Any:
    """Bars left (against) and right (for) of an axis, inside a table that says the same.

    factors: `{label, weight, value?}`, weight signed in any unit; the longest bar is the largest
    weight of all factors. towards: the outcome that positive weights speak for. Only the `limit`
    heaviest are drawn; how many were left out is said below the table.
    """
    ranked = sorted(factors, key=lambda factor: -abs(float(factor["weight"])))
    largest = max((abs(float(factor["weight"])) for factor in ranked), default=0.0) or 1.0
    rows = []
    for factor in ranked[:limit]:
        weight = float(factor["weight"])
        length = abs(weight) / largest * AXIS
        rows.append(
            {
                "label": factor["label"],
                "value": factor.get("value", ""),
                "against": weight < 0,
                "x": f"{AXIS - length if weight < 0 else AXIS:.1f}",
                "width": f"{length:.1f}",
                "weight": f"{weight:+.2f}".replace("-", "\u2212"),
            }
        )
    return {"rows": rows, "towards": towards, "left_out": max(0, len(ranked) - limit)}


@register.inclusion_tag("countersign/components/sparkline.html")
def sparkline(values: Sequence[float], label: str) -> dict[str, Any]:
    """A line over equal steps in a 100 x 30 box, from zero; `label` says the same in words."""
    top = max([*values, 1e-9])
    step = 100 / max(len(values) - 1, 1)
    points = [
        f"{index * step:.1f},{29 - value / top * 28:.1f}" for index, value in enumerate(values)
    ]
    return {"points": " ".join(points), "label": label}
