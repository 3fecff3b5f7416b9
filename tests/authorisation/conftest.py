"""One world for a whole module: making it takes longer than all that is tried in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.authorisation.world import Grounds, build_grounds


@pytest.fixture(scope="module")
def grounds(django_db_setup: None, django_db_blocker: Any) -> Iterator[Grounds]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_grounds().sign_in()
        transaction.set_rollback(True)
