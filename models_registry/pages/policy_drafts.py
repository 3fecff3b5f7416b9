"""Writing a policy's next version: the text, and beside it what is to be said of each line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from governance.errors import DomainError
from governance.models import Policy, PolicyDraft, PolicyVersion
from governance.pages.diff import DiffLine, diff_lines
from governance.pages.motions import SignedInRequest
from governance.pages.refusals import refusals_shown
from governance.policies import Problem
from governance.services.motions import LONGEST_REASON, move
from governance.services.policies import Examined, examine_text
from governance.services.policy_drafts import LONGEST_TEXT, discard_draft, save_draft
from models_registry.models.decision_type import policy_schemas
from models_registry.motions import policies as publishing
from models_registry.pages.policies import waiting_motions


class DraftForm(forms.Form):
    """`revision`: of the draft that the page showed, 0 for none. `go_on`: from the newest
    version. `reason`: only to put it forward."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 32, "spellcheck": "false", "class": "mono"}),
    )
    go_on = forms.BooleanField(
        label=gettext_lazy("I have looked at what changed; this text is to replace the newest one"),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("For the second person; without personal data."),
    )

    def clean_text(self) -> str:
        # Browsers send CRLF; the digest of a text must not depend on who sent it.
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the text as it was examined. `kind`: removed where it has a fault, place where
    it is worth a look, else kept."""

    number: int
    text: str
    kind: str


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@permission_required(publishing.PERMISSION, raise_exception=True)
def edit_draft(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET /policies/<slug>/draft/: 200 | 404. POST saves: 302 back here, or to the motion where
    it was put forward | the page with what refused it: 409 other version, 412 saved meanwhile."""
    policy = get_object_or_404(Policy, slug=slug)
    draft = PolicyDraft.objects.open().filter(policy=policy).select_related("author").first()
    newest = policy.versions.newest_first().first()
    if request.method != "POST":
        text = draft.text if draft else newest.text if newest else ""
        form = DraftForm(initial={"text": text, "revision": draft.revision if draft else 0})
        return _page(request, policy, newest, draft, form, text)
    form, refusal = DraftForm(request.POST), None
    if form.is_valid():
        with refusals_shown(request) as attempt:
            return _saved(request, policy, newest, form.cleaned_data)
        refusal = attempt.refusal
    draft = PolicyDraft.objects.open().filter(policy=policy).select_related("author").first()
    text = str(form.cleaned_data.get("text", form.data.get("text", "")))
    return _page(request, policy, newest, draft, form, text, refusal=refusal)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(publishing.PERMISSION, raise_exception=True)
def discard(request: SignedInRequest, slug: str) -> HttpResponse:
    """POST /policies/<slug>/draft/discard/: 302 to the policy, 302 back to the draft where it was
    saved meanwhile | 404. A GET leads to the draft."""
    policy = get_object_or_404(Policy, slug=slug)
    revision = request.POST.get("revision", "")
    if request.method == "GET" or not revision.isdecimal() or len(revision) > 9:
        return redirect("policies:draft", slug)
    with refusals_shown(request) as attempt:
        discard_draft(
            policy=policy, revision=int(revision), person=request.user, now=timezone.now()
        )
    if attempt.refusal is not None:
        return redirect("policies:draft", slug)
    messages.success(request, _("The draft was discarded. Its text stays in the record."))
    return redirect("policies:policy", slug)


def _saved(
    request: SignedInRequest, policy: Policy, newest: PolicyVersion | None, given: dict[str, Any]
) -> HttpResponse:
    draft = save_draft(
        policy=policy,
        text=given["text"],
        revision=given["revision"],
        base=newest.number if given["go_on"] and newest is not None else None,
        author=request.user,
        now=timezone.now(),
    )
    if "publish" not in request.POST:
        messages.success(request, _("Saved as revision %d.") % draft.revision)
        return redirect("policies:draft", policy.slug)
    motion = move(
        act=publishing.NAME,
        content=publishing.content_of(policy, draft.text, base=draft.base),
        reason=given["reason"],
        mover=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("It was put forward and waits for a second person."))
    return redirect("motions:motion", motion.pk)


def _page(
    request: SignedInRequest,
    policy: Policy,
    newest: PolicyVersion | None,
    draft: PolicyDraft | None,
    form: DraftForm,
    text: str,
    *,
    refusal: DomainError | None = None,
) -> HttpResponse:
    found = examine_text(text, policy_schemas(policy))
    revision = draft.revision if draft else 0
    context = {
        "policy": policy,
        "types": policy.decision_types.order_by("name"),
        "newest": newest,
        "draft": draft,
        # What is sent next has seen what is shown now, the other's text and the difference too.
        "revision": revision,
        "form": form,
        "found": found,
        "lines": source_lines(text, found),
        "since": _since(policy, newest, draft),
        "others": _difference(draft.text, text) if draft and draft.text != text else [],
        "waiting": waiting_motions(policy),
    }
    status = 200 if request.method != "POST" else 422 if refusal is None else refusal.status
    return render(request, "models_registry/policies/draft.html", context, status=status)


def source_lines(text: str, found: Examined) -> list[SourceLine]:
    """The text's lines with their numbers, those marked of which something is said."""
    faulty, worth_a_look = _lines_of(found.problems), _lines_of(found.warnings)
    return [
        SourceLine(
            number,
            line,
            "removed" if number in faulty else "place" if number in worth_a_look else "kept",
        )
        for number, line in enumerate(text.split("\n"), 1)
    ]


def _lines_of(problems: Sequence[Problem]) -> set[int]:
    return {problem.place.line for problem in problems}


def _since(
    policy: Policy, newest: PolicyVersion | None, draft: PolicyDraft | None
) -> list[DiffLine]:
    """What was published after the draft was begun."""
    if draft is None or newest is None or draft.base == newest.number:
        return []
    base = policy.versions.filter(number=draft.base).first()
    return _difference("" if base is None else base.text, newest.text)


def _difference(before: str, after: str) -> list[DiffLine]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="")
    return diff_lines("\n".join(lines))
