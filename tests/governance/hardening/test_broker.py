"""PostgreSQL as the broker: the queues are the application's own, and no way around the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections
from kombu import Connection
from pgmq.install import get_embedded_install_sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import IntegrityConstraintViolation

from config.celery import VISIBILITY_TIMEOUT
from config.processes.broker import Broker
from config.processes.postgres import SUPERUSER
from config.settings.services import broker_options
from governance.ledger.hardened import shortfalls
from governance.services.hardening import harden
from tests.factories import make_person
from tests.governance.hardening.conftest import Hardened, connect, copied

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def with_queues(roles, transactional_db) -> Iterator[Hardened]:
    """A hardened database into which `migrate` had put the broker's functions."""
    migrator = connections["default"].settings_dict["USER"]
    with copied(connections["default"].settings_dict["NAME"]) as database:
        with connect(migrator, database) as session:
            session.execute(get_embedded_install_sql())
        with connect(SUPERUSER, database) as server:
            assert harden(server, roles=roles, migrator=migrator, passwords={}).is_done
        yield Hardened(database, roles, migrator)


def test_the_application_makes_and_uses_its_queues(with_queues):
    host = connections["default"].settings_dict["HOST"]
    login = with_queues.roles.application
    conninfo = make_conninfo(host=host, user=login, dbname=with_queues.database)
    broker = Broker("queues in PostgreSQL", "pgmq://localhost", None, None)
    options = broker_options(broker, conninfo, VISIBILITY_TIMEOUT)

    with Connection(broker.url, transport_options=options) as broker_connection:
        queue = broker_connection.SimpleQueue("celery")
        queue.put({"task": "reviews.tasks.escalate_overdue_cases"})
        message = queue.get(timeout=5)
        message.ack()
        queue.close()

    assert message.payload == {"task": "reviews.tasks.escalate_overdue_cases"}
    with with_queues.connect(login) as session:
        assert shortfalls(session) == []


def test_a_table_of_the_same_name_among_the_queues_fools_no_trigger(with_queues):
    with with_queues.signed_in(with_queues.roles.application):
        person = make_person()
    with with_queues.connect(with_queues.roles.application) as session:
        session.execute("CREATE TABLE pgmq.governance_ledgerhead (LIKE governance_ledgerhead)")
        session.execute(
            "INSERT INTO pgmq.governance_ledgerhead SELECT * FROM governance_ledgerhead"
        )
        session.execute("CREATE TABLE pgmq.governance_user (LIKE governance_user)")
        session.execute(
            "CREATE TABLE pgmq.governance_historicaluser (LIKE governance_historicaluser)"
        )
        session.execute("SET search_path = pgmq, public")
        with pytest.raises(IntegrityConstraintViolation, match="no ledger entry tells of it"):
            change_silently(session, person.pk)


def change_silently(session: psycopg.Connection, person_id: object) -> None:
    """Change an account, with a history row of one's own making that says the same."""
    with session.transaction():
        session.execute(
            "UPDATE public.governance_user SET is_active = false WHERE id = %s", [person_id]
        )
        session.execute(
            "INSERT INTO pgmq.governance_user SELECT * FROM public.governance_user WHERE id = %s",
            [person_id],
        )
        session.execute(
            "INSERT INTO pgmq.governance_historicaluser"
            " SELECT * FROM public.governance_historicaluser WHERE id = %s",
            [person_id],
        )
        session.execute("UPDATE pgmq.governance_historicaluser SET is_active = false")
