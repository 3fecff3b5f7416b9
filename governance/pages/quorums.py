"""Who each act takes: the list, and putting another quorum forward."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required, user_passes_test
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.models import ActQuorum, ReviewerRole
from governance.motions import act_quorums
from governance.motions.registry import known_acts, title_of
from governance.motions.wording import quorum_in_words
from governance.pages.motion_form import ReasonForm
from governance.pages.motions import SignedInRequest, may_read
from governance.pages.refusals import refusals_shown
from governance.quorum import QuorumInvalid, QuorumRule, Stage
from governance.services.motions import move


class _QuorumForm(ReasonForm):
    """One stage; its faults are the rule's own."""

    required = forms.IntegerField(
        label=gettext_lazy("How many must agree"), min_value=1, max_value=9
    )
    panel = forms.IntegerField(
        label=gettext_lazy("Out of how many who vote"), min_value=1, max_value=9
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("In one of these roles"),
        required=False,
        help_text=gettext_lazy("None: whoever may vote on it."),
    )
    veto = forms.BooleanField(label=gettext_lazy("One rejection ends the vote"), required=False)
    field_order = ("required", "panel", "roles", "veto", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = list(ReviewerRole.objects.order_by("name").values_list("slug", "name"))
        self.fields["roles"].choices = roles  # type: ignore[attr-defined]
        self.fields["roles"].widget.attrs["size"] = len(roles)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if {"required", "panel"} <= given.keys():
            roles = tuple(given.get("roles", ()))
            try:
                stage = Stage("vote", given["required"], given["panel"], roles, given["veto"])
                given["rule"] = QuorumRule((stage,))
            except QuorumInvalid as fault:
                self.add_error("required", f"{fault}.")
        return given


@require_safe
@login_required
@user_passes_test(may_read)
def list_quorums(request: SignedInRequest) -> HttpResponse:
    """GET /motions/quorums/: 200."""
    kept = dict(ActQuorum.objects.values_list("act", "quorum"))
    rows = [
        {
            "act": act.name,
            "title": title_of(act.name),
            "words": quorum_in_words(
                QuorumRule.from_json(kept[act.name]) if act.name in kept else act.quorum
            ),
            "is_own": act.name in kept,
        }
        for act in known_acts()
    ]
    context = {"rows": rows, "may_change": request.user.has_perm(act_quorums.PERMISSION)}
    return render(request, "governance/motions/quorums.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(act_quorums.PERMISSION, raise_exception=True)
def change_quorum(request: SignedInRequest, act: str) -> HttpResponse:
    """GET /motions/quorums/<act>/: 200 | 404. POST: 302 to the motion | the form with faults."""
    known = next((one for one in known_acts() if one.name == act), None)
    if known is None:
        raise Http404
    kept = ActQuorum.objects.filter(act=act).first()
    rule = known.quorum if kept is None else QuorumRule.from_json(kept.quorum)
    first = rule.stages[0]
    shown = {
        "required": first.required,
        "panel": first.panel,
        "roles": first.roles,
        "veto": first.veto,
    }
    form, status = _QuorumForm(request.POST or None, initial=shown), 200
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request) as attempt:
            motion = move(
                act=act_quorums.NAME,
                content=act_quorums.content_of(act, form.cleaned_data["rule"]),
                reason=form.cleaned_data["reason"],
                mover=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("It was put forward and waits for a second person."))
            return redirect("motions:motion", motion.pk)
        if attempt.refusal is not None:
            for fault in attempt.refusal.errors:
                form.add_error(None, fault.detail)
            status = attempt.refusal.status
    context = {"title": title_of(act), "words": quorum_in_words(rule), "form": form}
    return render(request, "governance/motions/quorum.html", context, status=status)
