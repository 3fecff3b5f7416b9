"""Two months that are over and sealed, in small files."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.ledger.partitions import TABLE, make_ahead
from governance.ledger.tree_rows import current_log
from governance.models import Actor
from governance.services.archiving import write_partition
from governance.services.sealing import seal_once
from tests.governance.hardening.conftest import hardened, roles  # noqa: F401
from tests.governance.ledger.entered import enter_many

MAY = datetime(2031, 5, 17, 9, 30, tzinfo=UTC)
JUNE = MAY + timedelta(days=31)
AUGUST = datetime(2031, 8, 1, tzinfo=UTC)
OF_MAY, OF_JUNE = f"{TABLE}_y2031m05", f"{TABLE}_y2031m06"
OPERATOR = Actor.system("test")
# Two files and more for a month, and tiles that are full beside some that are not.
ENTRIES, LATER_ENTRIES, PER_FILE = 300, 240, 256


@pytest.fixture
def months(db):
    """May with 300 entries and June with 240, sealed in this order under one checkpoint."""
    make_ahead(MAY)
    enter_many(ENTRIES, MAY)
    enter_many(LATER_ENTRIES, JUNE)
    seal_once(now=AUGUST)


@pytest.fixture
def written(months):
    """May, written to the archive."""
    return write()


def first_leaf() -> int:
    """Where May begins in the tree: behind what the installation itself entered."""
    return current_log().size - ENTRIES - LATER_ENTRIES


def write(name=OF_MAY, now=AUGUST, **options):
    return write_partition(
        name=name, actor=OPERATOR, now=now, **{"leaves_per_file": PER_FILE} | options
    )
