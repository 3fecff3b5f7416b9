"""What the threshold advisor asks of the officer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.pages.period_form import PeriodForm
from models_registry.models import DecisionType
from reviews.services.advising import segments_of

_MOST = 1e9


def _cost(label: Any, help_text: Any = "", *, required: bool = True) -> forms.FloatField:
    return forms.FloatField(
        label=label, help_text=help_text, min_value=0, max_value=_MOST, required=required
    )


class ThresholdForm(PeriodForm):
    """Which decisions, and what errors and time cost; all costs in one unit of money."""

    decision_type = forms.ModelChoiceField(
        label=_("Decision type"),
        queryset=DecisionType.objects.select_related("system").order_by("name"),
        to_field_name="slug",
        empty_label=None,
    )
    outcome = forms.CharField(
        label=_("Outcome"),
        help_text=_("key of one outcome; empty: all of them together"),
        required=False,
        max_length=64,
    )
    segment = forms.CharField(
        label=_("Told apart by"),
        help_text=_(
            "“model_version” or the name of a fact; empty: all together, and then the groups "
            "of facts that the registry marks as protected"
        ),
        required=False,
        max_length=64,
    )
    wrong_pass = _cost(_("Cost of a wrong pass"), _("a wrong output that takes effect"))
    wrong_refusal = _cost(_("Cost of a wrong refusal"), _("a right output that people change"))
    review_minute = _cost(_("Cost of a minute of review"))
    minutes = _cost(_("Minutes of a review"), _("empty: as measured in the period"), required=False)
    field_order = ("decision_type", "span", "first_day", "last_day", "outcome", "segment")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        kind = given.get("decision_type")
        if kind is None:
            return given
        if given.get("outcome") and given["outcome"] not in kind.outcome_specs:
            known = ", ".join(kind.outcome_specs)
            self.add_error("outcome", _("One of: %(known)s.") % {"known": known})
        if given.get("segment") and given["segment"] not in segments_of(kind):
            known = ", ".join(segments_of(kind))
            self.add_error("segment", _("One of: %(known)s.") % {"known": known})
        return given
