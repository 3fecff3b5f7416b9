"""Deliveries, and the queue before them, filled by the messages themselves."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import governance.ids
from governance.migrations._tables import CreateTables

# Whoever writes a message needs no second statement, and cannot forget it.
AWAIT_FAN_OUT = """
CREATE FUNCTION countersign_await_fan_out() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO governance_outboxpending (message_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER await_fan_out AFTER INSERT ON governance_outboxmessage
    FOR EACH ROW EXECUTE FUNCTION countersign_await_fan_out();
ALTER TABLE governance_outboxmessage ENABLE ALWAYS TRIGGER await_fan_out;
-- Rows that are overwritten or deleted at the rate of the messages.
ALTER TABLE governance_outboxpending SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000
);
ALTER TABLE governance_destination SET (
    fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000
);
ALTER TABLE governance_delivery SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000
);
"""
BACK = """
DROP TRIGGER await_fan_out ON governance_outboxmessage;
DROP FUNCTION countersign_await_fan_out;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0004_entered"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="OutboxPending",
                    fields=[
                        ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                        ("message_id", models.UUIDField()),
                        (
                            "entered_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                help_text="by the database's clock",
                            ),
                        ),
                        (
                            "retry_at",
                            models.DateTimeField(
                                help_text="its fan-out failed and waits until then; others go on meanwhile",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "outbox messages awaiting their fan-out",
                    },
                ),
                migrations.CreateModel(
                    name="Destination",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=governance.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                help_text="which sender serves it, such as webhook", max_length=16
                            ),
                        ),
                        (
                            "reference",
                            models.UUIDField(help_text="what the sender of that kind looks up"),
                        ),
                        (
                            "next_at",
                            models.DateTimeField(
                                help_text="its next turn; null: nothing waits", null=True
                            ),
                        ),
                        (
                            "rests_until",
                            models.DateTimeField(
                                help_text="it gave no answer, or asked for rest: nothing is sent before",
                                null=True,
                            ),
                        ),
                        (
                            "is_held",
                            models.BooleanField(
                                default=False, help_text="what waits is kept and not sent"
                            ),
                        ),
                        (
                            "is_gone",
                            models.BooleanField(
                                default=False, help_text="it said itself that it is no more"
                            ),
                        ),
                        (
                            "is_slow",
                            models.BooleanField(
                                default=False, help_text="the last attempt took long"
                            ),
                        ),
                        (
                            "silences",
                            models.PositiveIntegerField(
                                default=0, help_text="attempts in a row, unanswered"
                            ),
                        ),
                        (
                            "failing_since",
                            models.DateTimeField(
                                help_text="the first failure after which nothing was delivered",
                                null=True,
                            ),
                        ),
                        (
                            "lease",
                            models.UUIDField(help_text="the attempt that holds it", null=True),
                        ),
                        (
                            "leased_until",
                            models.DateTimeField(help_text="by the database's clock", null=True),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_held", False), ("next_at__isnull", False)),
                                fields=["next_at"],
                                name="destination_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "reference"), name="one_destination_each"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "message_id",
                            models.UUIDField(
                                help_text="the id that the receiver sees, at each attempt"
                            ),
                        ),
                        (
                            "order_key",
                            models.UUIDField(
                                help_text="such as the decision; null: no order", null=True
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "waiting"),
                                    ("delivered", "delivered"),
                                    ("dead", "given up"),
                                ],
                                default="pending",
                                max_length=9,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        (
                            "next_at",
                            models.DateTimeField(
                                help_text="when it is to be tried; null: it is over", null=True
                            ),
                        ),
                        ("tried_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "status",
                            models.PositiveSmallIntegerField(
                                help_text="of the last answer, if any", null=True
                            ),
                        ),
                        (
                            "fault",
                            models.CharField(
                                blank=True, help_text="why the last attempt failed", max_length=300
                            ),
                        ),
                        (
                            "destination",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="governance.destination",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "deliveries",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["destination", "next_at", "id"],
                                name="delivery_due",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("order_key__isnull", False), ("state", "pending")
                                ),
                                fields=["destination", "order_key", "id"],
                                name="delivery_order",
                            ),
                            models.Index(fields=["destination", "id"], name="delivery_newest"),
                            models.Index(
                                condition=models.Q(("state", "dead")),
                                fields=["destination", "id"],
                                name="delivery_dead",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at", None),
                                        ("next_at__isnull", False),
                                        ("state", "pending"),
                                    ),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("next_at", None),
                                        ("state__in", ["delivered", "dead"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="delivery_is_due_or_over",
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(AWAIT_FAN_OUT, BACK),
    ]
