"""Answers to idempotency keys are forgotten after a day, and no sooner."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import IdempotentAnswer
from governance.tasks import forget_old_answers

pytestmark = pytest.mark.django_db


def test_an_answer_is_kept_for_a_day():
    for age in (23, 25):
        IdempotentAnswer.objects.create(
            caller="client:1",
            key=f"{age} hours",
            request_sha256="0" * 64,
            status=201,
            created_at=timezone.now() - timedelta(hours=age),
        )

    forget_old_answers()

    assert [answer.key for answer in IdempotentAnswer.objects.all()] == ["23 hours"]
