from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate
from django.utils import timezone


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = "Governance"

    def ready(self) -> None:
        # Reading it registers how the API's description tells of keys.
        from governance.api import schema  # noqa: F401
        from governance.evidence import registry
        from governance.lateness import registry as lateness
        from governance.motions import registry as acts
        from governance.notices import registry as notices
        from governance.pages import session_signals
        from governance.reports import sections
        from governance.services import notice_senders, webhook_sending

        post_migrate.connect(_install, sender=self)
        session_signals.connect()
        sections.discover()
        registry.discover()
        acts.discover()
        lateness.discover()
        notices.discover()
        notice_senders.register()
        webhook_sending.register()


def _install(**_: Any) -> None:
    """After each migration, so that no installation is without the roles its people need, or
    without a place for the entries of this month."""
    from governance.ledger import partitions
    from governance.models import ReviewerRole
    from governance.services.installation import install_roles

    # Migrating backwards leaves no table to fill.
    if ReviewerRole._meta.db_table in connection.introspection.table_names():
        now = timezone.now()
        partitions.make_ahead(now)
        install_roles(now=now)
