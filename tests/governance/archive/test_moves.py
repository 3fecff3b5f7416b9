"""A month leaves the database and comes back, and the record stays whole in between."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from config.processes.postgres import SUPERUSER
from governance.ledger.continuity import continuity
from governance.ledger.partitions import entries_outside, make_ahead, partitions
from governance.models import LedgerEntry, LedgerHead, LedgerPending
from governance.services.archive_moves import NotMovable, detach_partition, restore_partition
from governance.services.archiving import ArchiveUnsound
from governance.services.sealing import seal_once
from tests.governance.archive.conftest import AUGUST, ENTRIES, MAY, OF_JUNE, OF_MAY, OPERATOR, write
from tests.governance.hardening.conftest import connect
from tests.governance.ledger.entered import enter
from tests.governance.ledger.sealing_world import store

pytestmark = pytest.mark.django_db


def detach(name=OF_MAY, **options):
    return detach_partition(name=name, actor=OPERATOR, now=AUGUST, **options)


def restore(name=OF_MAY, **options):
    return restore_partition(name=name, actor=OPERATOR, now=AUGUST, **options)


def names():
    return {part.name for part in partitions()}


def all_entries():
    return list(LedgerEntry.objects.order_by("id").values_list("id", "leaf", "leaf_hash", "at"))


def events():
    told = LedgerEntry.objects.filter(event__startswith="governance.archivedpartition.")
    return list(told.order_by("id").values_list("event", flat=True))


def test_a_detached_month_is_gone_from_the_database_and_only_that(written):
    before, heads = LedgerEntry.objects.count(), LedgerHead.objects.count()

    assert detach().state == "detached"

    assert OF_MAY not in names()
    assert OF_JUNE in names()
    # The entry about it came; the heads of May's objects stay, and so does what is sealed.
    assert LedgerEntry.objects.count() == before + 1 - ENTRIES
    assert LedgerHead.objects.count() == heads
    assert events()[-1] == "governance.archivedpartition.detached"


def test_work_and_sealing_go_on_after_a_month_was_detached(written):
    first = LedgerEntry.objects.filter(event="test.thing.seen").order_by("id")[0]
    detach()

    second = enter(AUGUST, after=first)
    checkpoint = seal_once(now=AUGUST)

    assert second.object_seq == 2
    assert not LedgerPending.objects.exists()
    assert checkpoint.size > ENTRIES


def test_an_entry_whose_previous_one_is_in_the_archive_is_not_called_broken(written):
    first = LedgerEntry.objects.filter(event="test.thing.seen").order_by("id")[0]
    enter(AUGUST, after=first)
    day = timedelta(days=1)
    assert continuity(AUGUST - day, AUGUST + day).entries > 0

    detach()

    assert continuity(AUGUST - day, AUGUST + day).broken == 0


def test_a_restored_month_is_what_it_was_and_nothing_is_entered_twice(written):
    seal_once(now=AUGUST)
    before = all_entries()
    detach()
    pending = LedgerPending.objects.count()

    assert restore().state == "restored"

    assert [row for row in all_entries() if row in before] == before
    assert LedgerPending.objects.count() == pending + 1  # the entry about the restoring
    assert events()[-1] == "governance.archivedpartition.restored"


def test_a_restored_month_is_guarded_as_before(written):
    detach()
    restore()

    for statement in ("TRUNCATE {}", "DELETE FROM {}", "UPDATE {} SET event = ''"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(OF_MAY))


def test_a_restored_month_takes_late_entries_and_can_go_again_once_it_was_written_again(written):
    detach()
    restore()
    enter(MAY)
    seal_once(now=AUGUST)

    with pytest.raises(NotMovable, match="write it again"):
        detach()
    write()
    assert entries_outside() == 0


def test_what_was_not_written_is_not_detached(months):
    with pytest.raises(NotMovable, match="was not written"):
        detach()
    assert OF_MAY in names()


def test_an_entry_that_came_after_the_writing_keeps_the_month_here(written):
    enter(MAY)

    with pytest.raises(NotMovable, match="got entries after it was written"):
        detach()
    assert OF_MAY in names()


def test_a_month_whose_newest_entries_are_published_again_with_the_next_ones_stays(months):
    write(OF_JUNE)

    with pytest.raises(NotMovable, match="share a bundle of 256"):
        detach(OF_JUNE)


def test_a_damaged_archive_keeps_the_month_here_and_cannot_bring_it_back(written):
    [damaged, *_] = [path for path in store().paths("archive") if path.endswith(".parquet")]
    content = store().read(damaged)
    store().write(damaged, content[:1000] + b"!" + content[1001:])
    with pytest.raises(ArchiveUnsound, match=damaged):
        detach()

    store().write(damaged, content)
    detach()
    store().write(damaged, content[:-1])
    with pytest.raises(ArchiveUnsound, match=damaged):
        restore()
    assert OF_MAY not in names()


def test_a_month_cannot_come_back_over_entries_that_took_its_place(written):
    detach()
    enter(MAY)

    with pytest.raises(NotMovable, match="1 entries of that month came in after"):
        restore()
    assert entries_outside() == 1


def test_what_was_detached_is_neither_detached_nor_restored_twice(written):
    with pytest.raises(NotMovable, match="is in the database"):
        restore()
    detach()
    with pytest.raises(NotMovable, match="already"):
        detach()


@pytest.fixture(scope="module")
def plain_role(django_db_setup):
    """A role that our login may become, and that owns nothing."""
    if not settings.COUNTERSIGN_DATABASE_IS_EMBEDDED:
        pytest.skip("making a role takes the superuser of the embedded server")
    us, role = connection.settings_dict["USER"], f"test_{uuid4().hex[:8]}"
    with connect(SUPERUSER) as server:
        server.execute(f"CREATE ROLE {role} ROLE {us}")
        yield role
        server.execute(f"DROP ROLE {role}")


def test_without_the_owners_rights_it_is_said_whose_they_are(plain_role, written):
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {plain_role}")
        cursor.execute(f"SET LOCAL ROLE {plain_role}")
        with pytest.raises(NotMovable, match="takes the rights of countersign"):
            detach()
        cursor.execute("RESET ROLE")
    assert OF_MAY in names()


def test_a_month_that_is_detached_gets_no_new_partition_by_the_sweep(written):
    detach()

    make_ahead(AUGUST)

    assert OF_MAY not in names()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [OF_MAY])
        assert cursor.fetchone() == (None,)
