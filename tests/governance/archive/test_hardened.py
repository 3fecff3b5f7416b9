"""In a hardened database: who may write to the archive, and who may move months."""

import pytest
from django.db import connection

from governance.ledger.partitions import make_ahead, partitions
from governance.models import LedgerEntry
from governance.services.archive_moves import NotMovable, detach_partition, restore_partition
from governance.services.sealing import seal_once
from governance.services.verifying.whole import verify_ledger
from tests.governance.archive.conftest import (
    AUGUST,
    ENTRIES,
    JUNE,
    LATER_ENTRIES,
    MAY,
    OF_MAY,
    OPERATOR,
    write,
)
from tests.governance.ledger.entered import enter, enter_many


def seal(hardened):
    with hardened.signed_in(hardened.roles.sealer):
        seal_once(now=AUGUST)


def test_the_application_writes_months_and_the_migrations_login_moves_them(hardened):
    with hardened.signed_in(hardened.roles.application):
        make_ahead(MAY)
        enter_many(ENTRIES, MAY)
        enter_many(LATER_ENTRIES, JUNE)
    seal(hardened)

    with hardened.signed_in(hardened.roles.application):
        write()
        with pytest.raises(NotMovable, match=f"takes the rights of {hardened.roles.owner}"):
            detach_partition(name=OF_MAY, actor=OPERATOR, now=AUGUST)
    seal(hardened)
    with hardened.signed_in(hardened.migrator):
        detach_partition(name=OF_MAY, actor=OPERATOR, now=AUGUST)
        assert OF_MAY not in {part.name for part in partitions()}
        restore_partition(name=OF_MAY, actor=OPERATOR, now=AUGUST)
    seal(hardened)

    with hardened.signed_in(hardened.roles.application):
        late = enter(MAY)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {OF_MAY}")
            assert cursor.fetchone() == (ENTRIES + 1,)
        assert LedgerEntry.objects.filter(pk=late.pk).exists()
        assert verify_ledger().faults == []
