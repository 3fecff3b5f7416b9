"""However large a bundle is, making it takes no more memory."""

import tracemalloc
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.services.sealing import seal_once
from governance.tasks import run_bundle
from tests.governance.bundles.many_decisions import ENTRIES_EACH, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MEGABYTE = 2**20


def test_the_memory_of_the_maker_is_flat(world, ask):
    peaks = []
    for count in (1_500, 9_000):
        take_in(world, count, timezone.now())
        now = timezone.now()
        bundle = ask("system", world.system.pk, period=(now - timedelta(hours=1), now))
        seal_once(now=now)
        tracemalloc.start()
        run_bundle(bundle)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        bundle.refresh_from_db()
        assert bundle.state == "done", bundle.failure
        assert bundle.entries > count * ENTRIES_EACH
    small, large = peaks
    assert large - small < 4 * MEGABYTE
