"""Reading when a person is away and what they lend. The verbs judge it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldError
from governance.models import Delegation, User
from models_registry.models import AISystem, DecisionType
from reviews.services.delegating import Scope

_INSTANT = {"type": "datetime-local"}


class Faults(forms.Form):
    """Shows at their fields what a verb found."""

    # Where a verb's word for a field is not the form's.
    names: dict[str, str] = {}

    def show_faults(self, faults: Sequence[FieldError]) -> None:
        for fault in faults:
            name = fault.pointer.lstrip("/")
            name = self.names.get(name, name)
            self.add_error(name if name in self.fields else None, fault.detail)


def instant(label: Any, help_text: Any, *, required: bool) -> forms.DateTimeField:
    """A UTC instant, as the browser's own field for it."""
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateTimeInput(_INSTANT, format="%Y-%m-%dT%H:%M"),
    )


class AbsenceForm(Faults):
    """When one is away: from now where no beginning is given."""

    prefix = "away"
    valid_from = instant(_("From"), _("UTC; empty: from now"), required=False)
    valid_until = instant(_("Until"), _("UTC; empty: not known yet"), required=False)


class DelegationForm(Faults):
    """What one lends, to whom and until when."""

    prefix = "lend"
    names = {"parent": "source"}
    delegate = forms.CharField(label=_("To whom"), help_text=_("their user name"), max_length=150)
    source = forms.ChoiceField(label=_("What"), required=False)
    system = forms.ChoiceField(label=_("AI system"), required=False)
    decision_type = forms.ChoiceField(label=_("Decision type"), required=False)
    max_impact = forms.DecimalField(
        label=_("Highest impact"),
        help_text=_("empty: as far as your own right goes"),
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=4,
    )
    valid_from = instant(_("From"), _("UTC; empty: from now"), required=False)
    valid_until = instant(_("Until"), _("UTC; at most 90 days"), required=True)
    reason = forms.CharField(
        label=_("Reason"), help_text=_("without personal data"), max_length=200
    )

    def __init__(self, *args: Any, held: Sequence[Delegation] = (), **kwargs: Any) -> None:
        """`held`: the live delegations to the person, which they may be able to lend on."""
        super().__init__(*args, **kwargs)
        self._choose(
            "source",
            [
                ("", _("what is my own")),
                *((str(one.pk), _("lent by %s") % one.delegator) for one in held),
            ],
        )
        systems = AISystem.objects.order_by("name").values_list("slug", "name")
        self._choose("system", [("", _("every one of mine")), *systems])
        types = DecisionType.objects.order_by("name").values_list("slug", "name")
        self._choose("decision_type", [("", _("every one of mine")), *types])
        if not held:
            self.fields["source"].widget = forms.HiddenInput()

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_delegate(self) -> User:
        """Only who has an account: a name that is typed in is nobody."""
        person = User.objects.filter(username=self.cleaned_data["delegate"]).first()
        if person is None:
            raise forms.ValidationError(_("There is no account of that user name."), code="unknown")
        return person

    def scope(self) -> Scope:
        values = self.cleaned_data
        return Scope(values["system"], values["decision_type"], values["max_impact"])

    def span(self) -> tuple[datetime | None, datetime]:
        return self.cleaned_data["valid_from"], self.cleaned_data["valid_until"]
