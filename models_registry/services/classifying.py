"""Running the classification questionnaire for an AI system and keeping what came out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, User
from models_registry.classification import Answers, classify
from models_registry.models import AISystem, Classification


@transaction.atomic
def classify_system(
    *, system: AISystem, answers: Answers, author: User, now: datetime
) -> Classification:
    """Classify a system anew. Earlier runs stay; the newest gives the system its risk class.

    Raises AnswerInvalid and Incomplete (422, each naming its questions). A system in service that
    comes out as prohibited is suspended at once. Source: Regulation (EU) 2024/1689 Art. 5, 6.
    """
    held = AISystem.objects.select_for_update().get(pk=system.pk)
    outcome = classify(answers)
    classification = Classification.objects.create(
        system=held,
        answers=_plain(answers),
        outcome=outcome.as_json(),
        risk_class=outcome.risk_class.value,
        law_version=outcome.law_version,
        author=author,
        classified_at=now,
    )
    held.risk_class = outcome.risk_class.value
    if outcome.activation_blocked and held.status == AISystem.Status.IN_SERVICE:
        held.status = AISystem.Status.SUSPENDED.value
    actor = Actor.of(author)
    held.save_by(actor, "risk_class", "status")
    ran = Event(
        "models_registry.classification.ran",
        classification,
        {
            "system": held.slug,
            "risk_class": held.risk_class,
            "law_version": outcome.law_version,
        },
    )
    body = {"risk_class": held.risk_class, "status": held.status}
    classified = Event("models_registry.aisystem.classified", held, body)
    record.append_all([ran, classified], actor=actor, at=now)
    return classification


def _plain(answers: Mapping[str, object]) -> dict[str, object]:
    return {
        question: answer if isinstance(answer, str) else list(answer)  # type: ignore[call-overload]
        for question, answer in answers.items()
    }
