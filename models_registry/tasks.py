"""Sweeps of the registry. The work stands in rows: a lost or doubled message does no harm."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from governance.models import Actor
from models_registry.services.mandate_warnings import mandates_to_warn_of, warn_of_mandate

logger = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def warn_of_mandates() -> None:
    """Every minute. Each warning is kept on its row, so that it comes once."""
    now, actor = timezone.now(), Actor.system("warn_of_mandates")
    for mandate_id in mandates_to_warn_of(now):
        given = warn_of_mandate(mandate_id=mandate_id, actor=actor, now=now)
        logger.info("warned of a mandate", mandate=str(mandate_id), given=given)
