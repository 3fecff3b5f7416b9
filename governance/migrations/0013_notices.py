"""Notices to people, what is yet to be told, and their choices."""

import datetime

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import governance.ids
from governance.migrations._tables import CreateTables

RECORDED = ["chataddress", "noticechoices"]


def guard(model):
    return [
        f"SELECT countersign_make_append_only('governance_historical{model}')",
        f"SELECT countersign_watch_recorded('governance_{model}', "
        f"'governance_historical{model}', 'governance.{model}')",
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0012_payloads_of_pauses"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="NoticeCause",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("event", models.CharField(max_length=120)),
                        ("subject_id", models.UUIDField()),
                        (
                            "history_id",
                            models.UUIDField(
                                help_text="of the row as the event left it", null=True
                            ),
                        ),
                        ("body", models.JSONField()),
                        ("at", models.DateTimeField()),
                        (
                            "told_until",
                            models.UUIDField(
                                help_text="of a large group: the last person who has their notice already",
                                null=True,
                            ),
                        ),
                        (
                            "retry_at",
                            models.DateTimeField(
                                help_text="telling it failed and waits until then; others go on meanwhile",
                                null=True,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Notice",
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
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "cause",
                            models.UUIDField(
                                help_text="the ledger entry of the event; the first of several"
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("values", models.JSONField()),
                        (
                            "path",
                            models.CharField(
                                help_text="address of the page that it is about", max_length=300
                            ),
                        ),
                        ("at", models.DateTimeField(help_text="when it happened")),
                        (
                            "is_shown",
                            models.BooleanField(
                                default=True,
                                help_text="in the product; else it goes by the other channels alone",
                            ),
                        ),
                        ("read_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_shown", True)),
                                fields=["person", "-id"],
                                name="notice_list",
                            ),
                            models.Index(
                                condition=models.Q(("is_shown", True), ("read_at", None)),
                                fields=["person", "-id"],
                                name="notice_unread",
                            ),
                            models.Index(fields=["at"], name="notice_age"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("cause", "person", "kind"), name="told_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HeldNotice",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="held",
                                to="governance.notice",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="held_notices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("product", "product"),
                                    ("mail", "mail"),
                                    ("chat", "chat"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("leaves_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["leaves_at"], name="held_due")],
                        "constraints": [
                            models.UniqueConstraint(fields=("notice", "channel"), name="held_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeChoices",
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
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notice_choices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(default="en", max_length=8, verbose_name="language"),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="UTC", max_length=64, verbose_name="time zone"
                            ),
                        ),
                        (
                            "quiet_from",
                            models.TimeField(blank=True, null=True, verbose_name="quiet from"),
                        ),
                        (
                            "quiet_until",
                            models.TimeField(blank=True, null=True, verbose_name="quiet until"),
                        ),
                        (
                            "summary",
                            models.CharField(
                                choices=[
                                    ("at_once", "at_once"),
                                    ("hourly", "hourly"),
                                    ("daily", "daily"),
                                ],
                                default="at_once",
                                max_length=8,
                                verbose_name="summary",
                            ),
                        ),
                        (
                            "daily_at",
                            models.TimeField(
                                default=datetime.time(8, 0), verbose_name="daily summary at"
                            ),
                        ),
                        (
                            "channels",
                            models.JSONField(
                                default=dict,
                                help_text="kind to the list of its channels, where they are not the default",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "choices of notices",
                        "verbose_name_plural": "choices of notices",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("quiet_from", None), ("quiet_until", None)),
                                    models.Q(
                                        ("quiet_from__isnull", False),
                                        ("quiet_until__isnull", False),
                                        models.Q(
                                            ("quiet_from", models.F("quiet_until")), _negated=True
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="quiet_hours_begin_and_end",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalNoticeChoices",
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
                        (
                            "language",
                            models.CharField(default="en", max_length=8, verbose_name="language"),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="UTC", max_length=64, verbose_name="time zone"
                            ),
                        ),
                        (
                            "quiet_from",
                            models.TimeField(blank=True, null=True, verbose_name="quiet from"),
                        ),
                        (
                            "quiet_until",
                            models.TimeField(blank=True, null=True, verbose_name="quiet until"),
                        ),
                        (
                            "summary",
                            models.CharField(
                                choices=[
                                    ("at_once", "at_once"),
                                    ("hourly", "hourly"),
                                    ("daily", "daily"),
                                ],
                                default="at_once",
                                max_length=8,
                                verbose_name="summary",
                            ),
                        ),
                        (
                            "daily_at",
                            models.TimeField(
                                default=datetime.time(8, 0), verbose_name="daily summary at"
                            ),
                        ),
                        (
                            "channels",
                            models.JSONField(
                                default=dict,
                                help_text="kind to the list of its channels, where they are not the default",
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
                    ],
                    options={
                        "verbose_name": "historical choices of notices",
                        "verbose_name_plural": "historical choices of notices",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="ChatAddress",
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
                            "person",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chat_address",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "queue",
                            models.SlugField(blank=True, help_text="slug", verbose_name="queue"),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chat_addresses",
                                to="governance.reviewerrole",
                            ),
                        ),
                        (
                            "style",
                            models.CharField(
                                choices=[
                                    ("slack", "Slack"),
                                    ("teams", "Microsoft Teams"),
                                    ("generic", "other (JSON)"),
                                ],
                                max_length=8,
                                verbose_name="kind of chat",
                            ),
                        ),
                        (
                            "host",
                            models.CharField(
                                help_text="of the address, for showing it",
                                max_length=253,
                                verbose_name="host",
                            ),
                        ),
                        ("sealed_url", models.BinaryField()),
                        ("url_sha256", models.CharField(editable=False, max_length=64)),
                        (
                            "language",
                            models.CharField(default="en", max_length=8, verbose_name="language"),
                        ),
                        (
                            "removed_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="removed"),
                        ),
                    ],
                    options={
                        "verbose_name": "chat address",
                        "verbose_name_plural": "chat addresses",
                        "permissions": [
                            ("manage_chataddress", "Can set the chat addresses of queues and roles")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("person__isnull", False), ("queue", ""), ("role", None)
                                    ),
                                    models.Q(
                                        models.Q(("queue", ""), _negated=True),
                                        ("person", None),
                                        ("role", None),
                                    ),
                                    models.Q(
                                        ("person", None), ("queue", ""), ("role__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="chat_address_is_of_one",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("queue", ""), _negated=True), ("removed_at", None)
                                ),
                                fields=("queue",),
                                name="one_chat_of_a_queue",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("removed_at", None)),
                                fields=("role",),
                                name="one_chat_of_a_role",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalChatAddress",
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
                        (
                            "queue",
                            models.SlugField(blank=True, help_text="slug", verbose_name="queue"),
                        ),
                        (
                            "style",
                            models.CharField(
                                choices=[
                                    ("slack", "Slack"),
                                    ("teams", "Microsoft Teams"),
                                    ("generic", "other (JSON)"),
                                ],
                                max_length=8,
                                verbose_name="kind of chat",
                            ),
                        ),
                        (
                            "host",
                            models.CharField(
                                help_text="of the address, for showing it",
                                max_length=253,
                                verbose_name="host",
                            ),
                        ),
                        ("url_sha256", models.CharField(editable=False, max_length=64)),
                        (
                            "language",
                            models.CharField(default="en", max_length=8, verbose_name="language"),
                        ),
                        (
                            "removed_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="removed"),
                        ),
                        ("history_user_id", models.UUIDField(blank=True, null=True)),
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
                        (
                            "role",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.reviewerrole",
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
                    ],
                    options={
                        "verbose_name": "historical chat address",
                        "verbose_name_plural": "historical chat addresses",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="NoticeMessage",
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
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notice_messages",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "chat",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="governance.chataddress",
                            ),
                        ),
                        ("items", models.JSONField()),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["created_at"], name="message_age")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("person__isnull", False),
                                    ("chat__isnull", False),
                                    _connector="OR",
                                ),
                                name="message_goes_to_somebody",
                            )
                        ],
                    },
                ),
            ]
        ),
        *[migrations.RunSQL(statement) for model in RECORDED for statement in guard(model)],
    ]
