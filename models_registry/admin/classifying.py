"""The questionnaire as pages: it unfolds, shows its outcome, and is recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.base import person_of
from governance.admin.refusals import refusals_shown
from models_registry.admin.outcome import OutcomeShown
from models_registry.admin.questions import QuestionsForm
from models_registry.classification import (
    AnswerInvalid,
    Answers,
    classify,
    next_questions,
    questionnaire,
)
from models_registry.models import AISystem
from models_registry.services.classifying import classify_system

CLASSIFY = "models_registry.classify_aisystem"


class ClassifyPages:
    """Adds the questionnaire to a system's own page, for those who may classify."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<uuid:system_id>/classify/",
            self.admin_site.admin_view(self.classify_view),
            name="models_registry_aisystem_classify",
        )
        return [own, *super().get_urls()]  # type: ignore[misc]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if person_of(request).has_perm(CLASSIFY):
            url = reverse("admin:models_registry_aisystem_classify", args=[object_id])
            context["more_acts"] = [{"label": _("Classify"), "url": url}]
        view: HttpResponse = super().change_view(  # type: ignore[misc]
            request, object_id, form_url, context
        )
        return view

    def classify_view(self, request: HttpRequest, system_id: UUID) -> HttpResponse:
        """GET the questions with the newest answers. POST `continue` or `record`.

        302 recorded | 200 the questions that are open now, or, with none, the outcome.
        """
        system = get_object_or_404(AISystem, pk=system_id)
        if not person_of(request).has_perm(CLASSIFY):
            raise PermissionDenied
        if request.method != "POST":
            return self._questions(request, system, _newest_answers(system))
        form = QuestionsForm.sent(request.POST)
        if not form.is_valid():
            return self._classify_page(request, system, form)
        answers = form.answers()
        if next_questions(answers):
            return self._questions(request, system, answers)
        answers = _asked(answers)
        if "record" not in request.POST or request.POST.get("seen") != _digest(answers):
            return self._questions(request, system, answers)
        with refusals_shown(request) as attempt:
            classification = classify_system(
                system=system, answers=answers, author=person_of(request), now=timezone.now()
            )
            messages.success(request, gettext("The classification was recorded."))
            url = reverse("admin:models_registry_classification_change", args=[classification.pk])
            return HttpResponseRedirect(url)
        answer = self._classify_page(request, system, form)
        answer.status_code = 409 if attempt.refusal is None else attempt.refusal.status
        return answer

    def _questions(self, request: HttpRequest, system: AISystem, answers: Answers) -> HttpResponse:
        """Every question answered so far, those that are open now, and the outcome if none is."""
        pending = {question.id for question in next_questions(answers)}
        shown = [
            question
            for question in questionnaire().questions.values()
            if question.id in answers or question.id in pending
        ]
        form = QuestionsForm(shown, initial=answers)
        outcome = None if pending else OutcomeShown.of(classify(answers).as_json(), timezone.now())
        return self._classify_page(request, system, form, pending=pending, outcome=outcome)

    def _classify_page(
        self,
        request: HttpRequest,
        system: AISystem,
        form: QuestionsForm,
        *,
        pending: set[str] | None = None,
        outcome: OutcomeShown | None = None,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Classify"),
            "subtitle": str(system),
            "original": system,
            "opts": self.opts,
            "form": form,
            "topics": form.topics(pending or set()),
            "pending": pending,
            "outcome": outcome,
            # Nobody records an outcome that they were not shown.
            "seen": "" if outcome is None else _digest(form.initial),
        }
        return TemplateResponse(request, "admin/models_registry/aisystem/classify.html", context)


def _newest_answers(system: AISystem) -> Answers:
    """The answers of the newest run, unless the questionnaire has changed beneath them."""
    newest = system.classifications.order_by("-classified_at").first()
    if newest is None:
        return {}
    answers: Mapping[str, Any] = newest.answers
    try:
        next_questions(answers)
    except AnswerInvalid:
        return {}
    return answers


def _digest(answers: Answers) -> str:
    return sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


def _asked(answers: Answers) -> Answers:
    """`answers` without those to questions that a later change of another answer closed."""
    closed = set(classify(answers).not_asked)
    return {question: answer for question, answer in answers.items() if question not in closed}
