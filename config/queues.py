"""What PostgreSQL needs besides our tables where it is broker and cache too."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction


def prepare_broker_and_cache(*, using: str, **_: Any) -> None:
    """After the migrations, put in PGMQ's functions and the cache's table, unless a Redis serves.

    Both are looked for first, so that it may run after every migration.
    """
    if settings.COUNTERSIGN_BROKER.cache_url is not None:
        return
    # Imported here: every process reads this module, and hardly one needs the functions.
    from pgmq.install import get_embedded_install_sql

    call_command("createcachetable", database=using, verbosity=0)
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('pgmq')")
        if cursor.fetchone() == (None,):
            cursor.execute(get_embedded_install_sql())
