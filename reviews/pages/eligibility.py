"""Why may I rule on this case, or why not; for those who oversee: who may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from governance.models import User
from reviews.models import Case, VerdictKind
from reviews.pages.signed_in import SignedInRequest, may
from reviews.selectors.asking import asked_person, members_of, others_with_rights
from reviews.selectors.matters import NEEDED
from reviews.services.eligibility import eligibility, who_may_rule

EVERY_QUEUE = "reviews.view_every_queue"
_CORRECTING = (VerdictKind.OVERRIDE, VerdictKind.REVERSE)


class RulingForm(forms.Form):
    """Which ruling is asked about, and for those who oversee: by whom."""

    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict"),
        choices=[("", gettext_lazy("any")), *VerdictKind.choices],
        required=False,
    )
    outcome = forms.ChoiceField(label=gettext_lazy("Corrected outcome"), required=False)

    def __init__(self, data: Mapping[str, Any], case: Case, people: list[Any] | None) -> None:
        super().__init__(data, auto_id="filter-%s")
        outcomes = self.fields["outcome"]
        assert isinstance(outcomes, forms.ChoiceField)
        specs = case.decision.decision_type.outcome_specs.values()
        outcomes.choices = [("", _("any")), *((spec["key"], spec["label"]) for spec in specs)]
        if people is None:
            del self.fields["person"]
        else:
            chosen = self.fields["person"]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = people
        self.is_valid()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("outcome") and given.get("verdict") not in _CORRECTING:
            self.add_error("outcome", _("Goes with override and reverse only."))
        return given

    @property
    def kind(self) -> VerdictKind | None:
        chosen = self.cleaned_data.get("verdict")
        return VerdictKind(chosen) if chosen else None

    @property
    def outcome_key(self) -> str:
        return self.cleaned_data.get("outcome") or ""


@require_safe
@never_cache
@may("reviews.view_case")
def show(request: SignedInRequest, case_id: Any) -> HttpResponse:
    """GET /cases/<id>/eligibility/: 200 | 403 another person | 404."""
    now = timezone.now()
    cases = Case.objects.readable_by(request.user).select_related("queue", *NEEDED)
    case = get_object_or_404(cases, pk=case_id)
    oversees = request.user.has_perm(EVERY_QUEUE)
    person = _asked(request, oversees=oversees)
    form = RulingForm(request.GET, case, _people(case, request.user, now) if oversees else None)
    context = {
        "case": case,
        "form": form,
        "is_own": person.pk == request.user.pk,
        "found": eligibility(
            case=case,
            person=person,
            asked_by=request.user,
            now=now,
            kind=form.kind,
            outcome=form.outcome_key,
        ),
        "people": who_may_rule(case, now) if oversees else None,
        "crumbs": [
            {"label": _("Queues"), "url": "/queues/"},
            {"label": case.queue.name, "url": f"/queues/{case.queue.slug}/"},
            {"label": case.decision.external_id, "url": f"/cases/{case.pk}/"},
        ],
    }
    return render(request, "reviews/eligibility.html", context)


def _asked(request: SignedInRequest, *, oversees: bool) -> User:
    handle = request.GET.get("person", "")
    if handle in ("", str(request.user.pseudonym)):
        return request.user
    if not oversees:
        raise PermissionDenied
    try:
        return asked_person(handle)
    except User.DoesNotExist as missing:
        raise Http404 from missing


def _people(case: Case, viewer: User, now: datetime) -> list[Any]:
    """The choices of the person picker, by pseudonym: no name stands in an address."""
    members = [(str(one.pseudonym), str(one)) for one in members_of(case.queue)]
    others = [(str(one.pseudonym), str(one)) for one in others_with_rights(case.queue, now)]
    return [
        (str(viewer.pseudonym), _("yourself")),
        (_("Reviewers of the queue"), members),
        (_("Others with decision rights"), others),
    ]
