"""Endpoints of webhooks, guarded like every record, and the scope to manage one's own."""

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import governance.ids
from governance.migrations._tables import CreateTables


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0010_deliveries"),
    ]

    operations = [
        migrations.AlterField(
            model_name="apikey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("decisions:write", "submit and withdraw decisions"),
                        ("decisions:read", "read decisions and events"),
                        ("permits:consume", "check and consume permits"),
                        ("executions:write", "record executions"),
                        ("outcomes:write", "record true outcomes"),
                        ("halts:write", "place halts"),
                        ("contestations:write", "register and follow contestations"),
                        ("webhooks:manage", "have events sent to an address of theirs"),
                    ],
                    max_length=32,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="historicalapikey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("decisions:write", "submit and withdraw decisions"),
                        ("decisions:read", "read decisions and events"),
                        ("permits:consume", "check and consume permits"),
                        ("executions:write", "record executions"),
                        ("outcomes:write", "record true outcomes"),
                        ("halts:write", "place halts"),
                        ("contestations:write", "register and follow contestations"),
                        ("webhooks:manage", "have events sent to an address of theirs"),
                    ],
                    max_length=32,
                ),
                size=None,
            ),
        ),
        CreateTables(
            [
                migrations.CreateModel(
                    name="HistoricalWebhookEndpoint",
                    fields=[
                        (
                            "actor",
                            models.CharField(
                                help_text="who made the change: person, client or system, by handle",
                                max_length=120,
                            ),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                db_index=True, default=governance.ids.uuid7, editable=False
                            ),
                        ),
                        ("history_user_id", models.UUIDField(blank=True, null=True)),
                        ("url", models.CharField(max_length=500, verbose_name="address")),
                        (
                            "description",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="description"
                            ),
                        ),
                        (
                            "events",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80),
                                help_text="names of events; * alone: every one",
                                size=None,
                            ),
                        ),
                        (
                            "systems",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SlugField(),
                                blank=True,
                                default=list,
                                help_text="slugs of AI systems; none: all that its owner may read about",
                                size=None,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("active", "active"),
                                    ("paused", "paused"),
                                    ("dead", "given up"),
                                    ("removed", "removed"),
                                ],
                                default="active",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("state_reason", models.CharField(blank=True, max_length=300)),
                        (
                            "state_at",
                            models.DateTimeField(help_text="since when it is in this state"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created")),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts its changes, for the ETag"
                            ),
                        ),
                        (
                            "history_id",
                            models.UUIDField(
                                default=governance.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.apiclient",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical webhook endpoint",
                        "verbose_name_plural": "historical webhook endpoints",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="WebhookEndpoint",
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
                        ("url", models.CharField(max_length=500, verbose_name="address")),
                        (
                            "description",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="description"
                            ),
                        ),
                        (
                            "events",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80),
                                help_text="names of events; * alone: every one",
                                size=None,
                            ),
                        ),
                        (
                            "systems",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SlugField(),
                                blank=True,
                                default=list,
                                help_text="slugs of AI systems; none: all that its owner may read about",
                                size=None,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("active", "active"),
                                    ("paused", "paused"),
                                    ("dead", "given up"),
                                    ("removed", "removed"),
                                ],
                                default="active",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("state_reason", models.CharField(blank=True, max_length=300)),
                        (
                            "state_at",
                            models.DateTimeField(help_text="since when it is in this state"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created")),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts its changes, for the ETag"
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="webhooks",
                                to="governance.apiclient",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="webhooks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "webhook endpoint",
                        "verbose_name_plural": "webhook endpoints",
                        "permissions": [
                            ("manage_webhookendpoint", "Can make and change webhook endpoints")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookSecret",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "sealed",
                            models.BinaryField(
                                help_text="nonce, ciphertext and tag; context: the endpoint's id"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "valid_until",
                            models.DateTimeField(
                                help_text="null: it is the current one", null=True
                            ),
                        ),
                        (
                            "endpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="secrets",
                                to="governance.webhookendpoint",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client", None), ("person__isnull", False)),
                    models.Q(("client__isnull", False), ("person", None)),
                    _connector="OR",
                ),
                name="webhook_has_one_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("events", []), _negated=True), name="webhook_has_an_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhooksecret",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_until", None)),
                fields=("endpoint",),
                name="one_current_webhook_secret",
            ),
        ),
        migrations.RunSQL(
            "SELECT countersign_make_append_only('governance_historicalwebhookendpoint')",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "SELECT countersign_watch_recorded('governance_webhookendpoint', "
            "'governance_historicalwebhookendpoint', 'governance.webhookendpoint')",
            migrations.RunSQL.noop,
        ),
    ]
