"""The tables as they were when the first migrations were drawn together."""

import uuid

import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import governance.ids
import governance.models.user
from governance.migrations._tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="ActQuorum",
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
                        ("act", models.CharField(max_length=80, unique=True, verbose_name="act")),
                        ("quorum", models.JSONField(verbose_name="quorum")),
                    ],
                    options={
                        "verbose_name": "quorum of an act",
                        "verbose_name_plural": "quorums of acts",
                    },
                ),
                migrations.CreateModel(
                    name="ArchivedPartition",
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
                            "name",
                            models.CharField(
                                help_text="the partition's table", max_length=63, unique=True
                            ),
                        ),
                        (
                            "begins_at",
                            models.DateTimeField(help_text="ids from this UTC instant, inclusive"),
                        ),
                        (
                            "ends_at",
                            models.DateTimeField(help_text="to this UTC instant, exclusive"),
                        ),
                        ("entries", models.PositiveBigIntegerField()),
                        (
                            "origin",
                            models.CharField(
                                help_text="the log in whose store the archive is", max_length=120
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                help_text="the manifest's path in that store", max_length=255
                            ),
                        ),
                        ("manifest_sha256", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("written", "written to the archive"),
                                    ("detached", "in the archive only"),
                                    ("restored", "restored from the archive"),
                                ],
                                default="written",
                                max_length=8,
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "archived partition",
                    },
                ),
                migrations.CreateModel(
                    name="EvidenceBundle",
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
                        ("requested_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "queued"),
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("failed", "failed"),
                                ],
                                default="queued",
                                max_length=8,
                            ),
                        ),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("failure", models.CharField(blank=True, max_length=500)),
                        (
                            "about",
                            models.CharField(
                                choices=[
                                    ("decision", "one decision"),
                                    ("case", "one case"),
                                    ("system", "an AI system in a period"),
                                    ("report", "a report"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "about_id",
                            models.UUIDField(
                                help_text="of the decision, case, AI system or report"
                            ),
                        ),
                        (
                            "period_start",
                            models.DateTimeField(help_text="UTC instant, inclusive", null=True),
                        ),
                        (
                            "period_end",
                            models.DateTimeField(help_text="UTC instant, exclusive", null=True),
                        ),
                        (
                            "held",
                            models.TextField(
                                blank=True,
                                help_text="the checkpoint that the auditor holds already",
                                max_length=20000,
                            ),
                        ),
                        ("entries", models.PositiveIntegerField(default=0)),
                        ("size_bytes", models.PositiveBigIntegerField(default=0)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence_bundles",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "evidence bundle",
                        "permissions": [("issue_bundle", "Can issue evidence bundles")],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "running"])),
                                fields=["requested_at"],
                                name="bundle_waiting",
                            ),
                            models.Index(
                                fields=["requested_by", "-requested_at"], name="bundle_by_person"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("about", "system"),
                                        ("period_end__gt", models.F("period_start")),
                                    ),
                                    models.Q(
                                        models.Q(("about", "system"), _negated=True),
                                        ("period_end", None),
                                        ("period_start", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="bundle_of_a_system_has_a_period",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("finished_at", None),
                                    ("state__in", ["done", "failed"]),
                                    _negated=True,
                                ),
                                name="finished_bundle_says_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Checkpoint",
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
                        ("size", models.PositiveBigIntegerField()),
                        ("root", models.BinaryField(max_length=32)),
                        ("note", models.BinaryField(max_length=20000)),
                        ("signed_at", models.DateTimeField()),
                        (
                            "log",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="checkpoints",
                                to="governance.log",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("log", "size"), name="one_checkpoint_per_size"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        (
                            "process",
                            models.CharField(max_length=40, primary_key=True, serialize=False),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="HistoricalActQuorum",
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
                        ("act", models.CharField(db_index=True, max_length=80, verbose_name="act")),
                        ("quorum", models.JSONField(verbose_name="quorum")),
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
                        "verbose_name": "historical quorum of an act",
                        "verbose_name_plural": "historical quorums of acts",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalArchivedPartition",
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
                            "name",
                            models.CharField(
                                db_index=True, help_text="the partition's table", max_length=63
                            ),
                        ),
                        (
                            "begins_at",
                            models.DateTimeField(help_text="ids from this UTC instant, inclusive"),
                        ),
                        (
                            "ends_at",
                            models.DateTimeField(help_text="to this UTC instant, exclusive"),
                        ),
                        ("entries", models.PositiveBigIntegerField()),
                        (
                            "origin",
                            models.CharField(
                                help_text="the log in whose store the archive is", max_length=120
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                help_text="the manifest's path in that store", max_length=255
                            ),
                        ),
                        ("manifest_sha256", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("written", "written to the archive"),
                                    ("detached", "in the archive only"),
                                    ("restored", "restored from the archive"),
                                ],
                                default="written",
                                max_length=8,
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
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
                        "verbose_name": "historical archived partition",
                        "verbose_name_plural": "historical archived partitions",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalLedgerAlarm",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("lagging", "entries wait too long for their seal"),
                                    ("silent", "the sealer gives no sign of life"),
                                    ("refusing", "the sealer refuses to sign"),
                                    ("unsound", "the verification found faults"),
                                    ("unwitnessed", "witnesses have not cosigned for too long"),
                                    ("disputed", "a witness knows another history"),
                                    ("underived", "stored decisions do not derive again"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("detail", models.CharField(max_length=500)),
                        ("raised_at", models.DateTimeField()),
                        ("cleared_at", models.DateTimeField(null=True)),
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
                        "verbose_name": "historical alarm of the ledger",
                        "verbose_name_plural": "historical alarms of the ledger",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalReviewerRole",
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
                        ("slug", models.SlugField()),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        (
                            "permissions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120),
                                default=list,
                                help_text="patterns such as reviews.claim_case or *.view_*",
                                size=None,
                            ),
                        ),
                        (
                            "max_claims",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="cases one holder may hold at once",
                                verbose_name="most claims at a time",
                            ),
                        ),
                        (
                            "delegation_depth",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="how often a right of this role may be handed on; empty: never",
                                null=True,
                                verbose_name="delegation",
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
                        "verbose_name": "historical role",
                        "verbose_name_plural": "historical roles",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalUser",
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
                            "username",
                            models.CharField(
                                db_index=True,
                                max_length=150,
                                validators=[
                                    django.contrib.auth.validators.UnicodeUsernameValidator()
                                ],
                                verbose_name="user name",
                            ),
                        ),
                        ("display_name", models.CharField(max_length=150, verbose_name="name")),
                        (
                            "email",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="e-mail address"
                            ),
                        ),
                        (
                            "password_mark",
                            models.CharField(
                                editable=False,
                                help_text="SHA-256 of the salted password hash: a hash put in past the ledger shows",
                                max_length=64,
                            ),
                        ),
                        (
                            "pseudonym",
                            models.UUIDField(
                                db_index=True,
                                default=uuid.uuid4,
                                editable=False,
                                help_text="random handle under which the ledger knows this person",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "is_simulated",
                            models.BooleanField(
                                default=False,
                                help_text="an invented person of the demo, marked as such wherever they appear",
                                verbose_name="simulated",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                        ("history_user_id", models.UUIDField(blank=True, null=True)),
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
                        "verbose_name": "historical person",
                        "verbose_name_plural": "historical people",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalVerificationRun",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("failed", "failed"),
                                ],
                                default="running",
                                max_length=8,
                            ),
                        ),
                        ("requested_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "is_whole",
                            models.BooleanField(default=True, help_text="everything was looked at"),
                        ),
                        (
                            "since",
                            models.PositiveBigIntegerField(
                                default=0, help_text="the first leaf looked at"
                            ),
                        ),
                        (
                            "size",
                            models.PositiveBigIntegerField(
                                default=0, help_text="leaves of the log when it began"
                            ),
                        ),
                        (
                            "trees",
                            models.JSONField(
                                default=list,
                                help_text="every log as it stood: origin, leaves, root, first leaf looked at",
                            ),
                        ),
                        (
                            "entries",
                            models.PositiveBigIntegerField(
                                default=0, help_text="entries looked at"
                            ),
                        ),
                        (
                            "counts",
                            models.JSONField(
                                default=dict, help_text="what else was looked at, by kind"
                            ),
                        ),
                        ("fault_count", models.PositiveBigIntegerField(default=0)),
                        (
                            "findings",
                            models.JSONField(
                                default=list,
                                help_text="at most 100 faults: what is wrong, the place, the detail",
                            ),
                        ),
                        (
                            "erased",
                            models.JSONField(
                                default=list,
                                help_text="at most 100 lawfully erased payloads: entry, payload, instant",
                            ),
                        ),
                        ("failure", models.CharField(blank=True, max_length=500)),
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
                        "verbose_name": "historical verification of the ledger",
                        "verbose_name_plural": "historical verifications of the ledger",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalWitness",
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
                            "verifier",
                            models.CharField(
                                db_index=True,
                                help_text="C2SP vkey of the witness",
                                max_length=255,
                                verbose_name="verifier key",
                            ),
                        ),
                        (
                            "url",
                            models.CharField(
                                blank=True,
                                help_text="where it is asked to cosign (C2SP tlog-witness); empty: it comes by itself",
                                max_length=200,
                                verbose_name="address",
                            ),
                        ),
                        ("trusted_at", models.DateTimeField()),
                        ("distrusted_at", models.DateTimeField(null=True)),
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
                        "verbose_name": "historical witness",
                        "verbose_name_plural": "historical witnesses",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="LedgerHead",
                    fields=[
                        ("subject_id", models.UUIDField(primary_key=True, serialize=False)),
                        ("subject_type", models.CharField(max_length=60)),
                        ("object_seq", models.PositiveBigIntegerField()),
                        ("leaf_hash", models.BinaryField(max_length=32)),
                        ("history_id", models.UUIDField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="LedgerPending",
                    fields=[
                        ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                        ("entry_id", models.UUIDField()),
                        (
                            "leaf_hash",
                            models.BinaryField(
                                help_text="as it was entered: a leaf changed before its seal differs",
                                max_length=32,
                            ),
                        ),
                        (
                            "entered_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                help_text="by the database's clock, since when it waits",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "ledger entries awaiting their seal",
                    },
                ),
                migrations.CreateModel(
                    name="Refusal",
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
                            "act",
                            models.CharField(help_text="the door that was tried", max_length=80),
                        ),
                        (
                            "code",
                            models.CharField(help_text="the refusal's stable code", max_length=64),
                        ),
                        ("actor", models.CharField(max_length=120)),
                        ("request_id", models.CharField(blank=True, max_length=64)),
                        ("refused_at", models.DateTimeField(db_index=True)),
                        (
                            "condition",
                            models.CharField(
                                help_text="which of the four conditions of a ruling failed",
                                max_length=16,
                                null=True,
                            ),
                        ),
                        (
                            "about_id",
                            models.UUIDField(
                                help_text="the case or motion that was tried", null=True
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReportRun",
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
                        ("requested_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "queued"),
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("failed", "failed"),
                                ],
                                default="queued",
                                max_length=8,
                            ),
                        ),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("failure", models.CharField(blank=True, max_length=500)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("human_oversight", "Human oversight and logging report"),
                                    ("automated_decisions", "Automated decision-making report"),
                                ],
                                max_length=32,
                            ),
                        ),
                        ("system", models.SlugField(help_text="slug", verbose_name="AI system")),
                        ("period_start", models.DateTimeField(help_text="UTC instant, inclusive")),
                        ("period_end", models.DateTimeField(help_text="UTC instant, exclusive")),
                        (
                            "cut_off",
                            models.DateTimeField(
                                help_text="records after this UTC instant are left out"
                            ),
                        ),
                        (
                            "approval",
                            models.OneToOneField(
                                help_text="the motion by which the finished report was approved",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approved_report",
                                to="governance.motion",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="report_runs",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "report",
                        "permissions": [("issue_report", "Can issue reports")],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "running"])),
                                fields=["requested_at"],
                                name="report_waiting",
                            ),
                            models.Index(
                                fields=["system", "-requested_at"], name="report_by_system"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("period_end__gt", models.F("period_start"))),
                                name="report_period_ends_after_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("finished_at", None),
                                    ("state__in", ["done", "failed"]),
                                    _negated=True,
                                ),
                                name="finished_report_says_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewerRole",
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
                        ("slug", models.SlugField(unique=True)),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        (
                            "permissions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120),
                                default=list,
                                help_text="patterns such as reviews.claim_case or *.view_*",
                                size=None,
                            ),
                        ),
                        (
                            "max_claims",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="cases one holder may hold at once",
                                verbose_name="most claims at a time",
                            ),
                        ),
                        (
                            "delegation_depth",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="how often a right of this role may be handed on; empty: never",
                                null=True,
                                verbose_name="delegation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "role",
                    },
                ),
                migrations.CreateModel(
                    name="SubjectKey",
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
                            "wrapped_key",
                            models.BinaryField(
                                help_text="nonce (12 bytes) and AES-256-GCM", max_length=64
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "permissions": [("erase_subject", "Can erase what is kept about a person")],
                    },
                ),
                migrations.CreateModel(
                    name="Witness",
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
                            "verifier",
                            models.CharField(
                                help_text="C2SP vkey of the witness",
                                max_length=255,
                                unique=True,
                                verbose_name="verifier key",
                            ),
                        ),
                        (
                            "url",
                            models.CharField(
                                blank=True,
                                help_text="where it is asked to cosign (C2SP tlog-witness); empty: it comes by itself",
                                max_length=200,
                                verbose_name="address",
                            ),
                        ),
                        ("trusted_at", models.DateTimeField()),
                        ("distrusted_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "witness",
                        "verbose_name_plural": "witnesses",
                        "permissions": [
                            ("trust_witness", "Can name and dismiss witnesses of the ledger")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="User",
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
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "username",
                            models.CharField(
                                max_length=150,
                                unique=True,
                                validators=[
                                    django.contrib.auth.validators.UnicodeUsernameValidator()
                                ],
                                verbose_name="user name",
                            ),
                        ),
                        ("display_name", models.CharField(max_length=150, verbose_name="name")),
                        (
                            "email",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="e-mail address"
                            ),
                        ),
                        (
                            "password_mark",
                            models.CharField(
                                editable=False,
                                help_text="SHA-256 of the salted password hash: a hash put in past the ledger shows",
                                max_length=64,
                            ),
                        ),
                        (
                            "pseudonym",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                help_text="random handle under which the ledger knows this person",
                                unique=True,
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "is_simulated",
                            models.BooleanField(
                                default=False,
                                help_text="an invented person of the demo, marked as such wherever they appear",
                                verbose_name="simulated",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                    ],
                    options={
                        "verbose_name": "person",
                        "verbose_name_plural": "people",
                        "permissions": [("use_admin", "Can open the administration")],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("username"),
                                name="username_whatever_its_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "password_mark",
                                        models.Func(
                                            models.Func(
                                                "password",
                                                models.Value("UTF8"),
                                                function="convert_to",
                                            ),
                                            output_field=models.CharField(),
                                            template="encode(sha256(%(expressions)s), 'hex')",
                                        ),
                                    )
                                ),
                                name="password_has_its_mark",
                            ),
                        ],
                    },
                    managers=[
                        ("objects", governance.models.user.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiClient",
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
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "systems",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SlugField(),
                                default=list,
                                help_text="slugs of the AI systems it may speak for; none: nothing",
                                size=None,
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_clients",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "API client",
                        "permissions": [("issue_apikey", "Can issue and revoke API keys")],
                    },
                ),
                migrations.CreateModel(
                    name="BundleProgress",
                    fields=[
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("step", models.CharField(blank=True, max_length=120)),
                        (
                            "seen_at",
                            models.DateTimeField(help_text="when the worker last gave a sign"),
                        ),
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="progress",
                                serialize=False,
                                to="governance.evidencebundle",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="BundledPayload",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("payload_id", models.UUIDField(db_index=True)),
                        (
                            "bundle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="payloads",
                                to="governance.evidencebundle",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CheckpointTimestamp",
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
                            "authority",
                            models.CharField(help_text="URL of the authority", max_length=255),
                        ),
                        (
                            "token",
                            models.BinaryField(
                                help_text="the TimeStampResp, DER", max_length=65535
                            ),
                        ),
                        (
                            "stamped_at",
                            models.DateTimeField(help_text="UTC instant that the token states"),
                        ),
                        (
                            "checkpoint",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="timestamp",
                                to="governance.checkpoint",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Delegation",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "system",
                            models.SlugField(
                                blank=True,
                                help_text="slug; empty: every system",
                                verbose_name="AI system",
                            ),
                        ),
                        (
                            "decision_type",
                            models.SlugField(
                                blank=True,
                                help_text="slug; empty: every type",
                                verbose_name="decision type",
                            ),
                        ),
                        (
                            "max_impact",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                help_text="in the decision type's unit of impact, inclusive; empty: the right's own",
                                max_digits=18,
                                null=True,
                                verbose_name="highest impact",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                help_text="without personal data",
                                max_length=200,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "revoked_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="revoked"),
                        ),
                        (
                            "delegate",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegations_held",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "delegator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegations_given",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handed_on",
                                to="governance.delegation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delegation",
                        "permissions": [
                            ("delegate_right", "Can lend own decision rights for a time"),
                            ("revoke_delegation", "Can end the delegations of others"),
                        ],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None),
                                    ("valid_until__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="governance_delegation_ends_after_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("valid_until__isnull", False)),
                                name="delegation_ends",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("delegator", models.F("delegate")), _negated=True
                                ),
                                name="nobody_delegates_to_themself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalAbsence",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "ended_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="ended early"
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
                        "verbose_name": "historical absence",
                        "verbose_name_plural": "historical absences",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalApiClient",
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
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "systems",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SlugField(),
                                default=list,
                                help_text="slugs of the AI systems it may speak for; none: nothing",
                                size=None,
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
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
                            "owner",
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
                        "verbose_name": "historical API client",
                        "verbose_name_plural": "historical API clients",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalApiKey",
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
                        ("prefix", models.CharField(db_index=True, max_length=16)),
                        ("secret_sha256", models.CharField(max_length=64)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("decisions:write", "submit and withdraw decisions"),
                                        ("decisions:read", "read decisions and events"),
                                        ("permits:consume", "check and consume permits"),
                                        ("executions:write", "record executions"),
                                        ("outcomes:write", "record true outcomes"),
                                        ("halts:write", "place halts"),
                                        (
                                            "contestations:write",
                                            "register and follow contestations",
                                        ),
                                    ],
                                    max_length=32,
                                ),
                                size=None,
                            ),
                        ),
                        ("expires_at", models.DateTimeField(verbose_name="expires")),
                        (
                            "revoked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="revoked"),
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
                    ],
                    options={
                        "verbose_name": "historical API key",
                        "verbose_name_plural": "historical API keys",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalDelegation",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "system",
                            models.SlugField(
                                blank=True,
                                help_text="slug; empty: every system",
                                verbose_name="AI system",
                            ),
                        ),
                        (
                            "decision_type",
                            models.SlugField(
                                blank=True,
                                help_text="slug; empty: every type",
                                verbose_name="decision type",
                            ),
                        ),
                        (
                            "max_impact",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                help_text="in the decision type's unit of impact, inclusive; empty: the right's own",
                                max_digits=18,
                                null=True,
                                verbose_name="highest impact",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                help_text="without personal data",
                                max_length=200,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "revoked_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="revoked"),
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
                            "delegate",
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
                            "delegator",
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
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.delegation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical delegation",
                        "verbose_name_plural": "historical delegations",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalEvidenceBundle",
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
                        ("requested_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "queued"),
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("failed", "failed"),
                                ],
                                default="queued",
                                max_length=8,
                            ),
                        ),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("failure", models.CharField(blank=True, max_length=500)),
                        (
                            "about",
                            models.CharField(
                                choices=[
                                    ("decision", "one decision"),
                                    ("case", "one case"),
                                    ("system", "an AI system in a period"),
                                    ("report", "a report"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "about_id",
                            models.UUIDField(
                                help_text="of the decision, case, AI system or report"
                            ),
                        ),
                        (
                            "period_start",
                            models.DateTimeField(help_text="UTC instant, inclusive", null=True),
                        ),
                        (
                            "period_end",
                            models.DateTimeField(help_text="UTC instant, exclusive", null=True),
                        ),
                        (
                            "held",
                            models.TextField(
                                blank=True,
                                help_text="the checkpoint that the auditor holds already",
                                max_length=20000,
                            ),
                        ),
                        ("entries", models.PositiveIntegerField(default=0)),
                        ("size_bytes", models.PositiveBigIntegerField(default=0)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
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
                            "requested_by",
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
                        "verbose_name": "historical evidence bundle",
                        "verbose_name_plural": "historical evidence bundles",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalMotion",
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
                            "act",
                            models.CharField(
                                help_text="the registered act's name",
                                max_length=80,
                                verbose_name="act",
                            ),
                        ),
                        (
                            "summary",
                            models.CharField(max_length=200, verbose_name="what is to be done"),
                        ),
                        (
                            "content",
                            models.JSONField(
                                help_text="the act's arguments, without personal data"
                            ),
                        ),
                        (
                            "digest",
                            models.CharField(
                                help_text="SHA-256 of the content's RFC 8785 JSON", max_length=64
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                help_text="without personal data",
                                max_length=500,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "subject_type",
                            models.CharField(
                                blank=True,
                                help_text="app.model of what the act is about; empty: nothing yet",
                                max_length=60,
                            ),
                        ),
                        ("subject_id", models.UUIDField(null=True)),
                        (
                            "quorum",
                            models.JSONField(
                                help_text="the rule, as it was when the motion was made"
                            ),
                        ),
                        ("moved_at", models.DateTimeField(verbose_name="moved")),
                        (
                            "expires_at",
                            models.DateTimeField(
                                help_text="UTC instant, exclusive", verbose_name="open until"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "waits for approval"),
                                    ("carried", "carried out"),
                                    ("rejected", "rejected"),
                                    ("withdrawn", "withdrawn"),
                                    ("expired", "expired"),
                                ],
                                default="pending",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
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
                            "moved_by",
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
                        "verbose_name": "historical motion",
                        "verbose_name_plural": "historical motions",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalPolicy",
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
                        ("slug", models.SlugField()),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("is_demo", models.BooleanField(default=False, editable=False)),
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
                            "owner",
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
                        "verbose_name": "historical policy",
                        "verbose_name_plural": "historical policies",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalQualification",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("training", "training"),
                                    ("certificate", "certificate"),
                                    ("instructions_read", "instructions for use read"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("system", models.SlugField(help_text="slug", verbose_name="AI system")),
                        (
                            "model_version",
                            models.CharField(
                                blank=True,
                                help_text="empty: every version",
                                max_length=64,
                                verbose_name="model version",
                            ),
                        ),
                        (
                            "proof",
                            models.CharField(
                                help_text="where the proof is kept",
                                max_length=200,
                                verbose_name="proof",
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
                        "verbose_name": "historical qualification",
                        "verbose_name_plural": "historical qualifications",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="IdempotentAnswer",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("caller", models.CharField(help_text="the actor's label", max_length=120)),
                        ("key", models.CharField(max_length=255)),
                        (
                            "request_sha256",
                            models.CharField(help_text="of method, path and body", max_length=64),
                        ),
                        ("status", models.PositiveSmallIntegerField()),
                        ("body", models.JSONField(null=True)),
                        ("created_at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("caller", "key"), name="one_answer_per_key"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerAlarm",
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
                                choices=[
                                    ("lagging", "entries wait too long for their seal"),
                                    ("silent", "the sealer gives no sign of life"),
                                    ("refusing", "the sealer refuses to sign"),
                                    ("unsound", "the verification found faults"),
                                    ("unwitnessed", "witnesses have not cosigned for too long"),
                                    ("disputed", "a witness knows another history"),
                                    ("underived", "stored decisions do not derive again"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("detail", models.CharField(max_length=500)),
                        ("raised_at", models.DateTimeField()),
                        ("cleared_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "alarm of the ledger",
                        "verbose_name_plural": "alarms of the ledger",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("cleared_at", None)),
                                fields=("kind",),
                                name="one_open_alarm_per_kind",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
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
                            "log",
                            models.CharField(
                                help_text="origin of the log that the entry belongs to",
                                max_length=120,
                            ),
                        ),
                        ("event", models.CharField(help_text="app.noun.participle", max_length=80)),
                        (
                            "at",
                            models.DateTimeField(help_text="UTC instant that the verb was given"),
                        ),
                        (
                            "actor",
                            models.CharField(
                                help_text="kind and handle, never a name", max_length=120
                            ),
                        ),
                        (
                            "subject_type",
                            models.CharField(
                                help_text="app.model of what the event is about", max_length=60
                            ),
                        ),
                        ("subject_id", models.UUIDField()),
                        (
                            "object_seq",
                            models.PositiveBigIntegerField(
                                help_text="1, 2, 3 ... among the subject's entries"
                            ),
                        ),
                        (
                            "object_prev",
                            models.BinaryField(
                                help_text="leaf hash of the subject's previous entry",
                                max_length=32,
                                null=True,
                            ),
                        ),
                        (
                            "history_id",
                            models.UUIDField(
                                help_text="the row that the entry commits to: a history row, or a row that never changes",
                                null=True,
                            ),
                        ),
                        (
                            "payload_id",
                            models.UUIDField(
                                help_text="the sealed payload that the entry commits to; it may be erased",
                                null=True,
                            ),
                        ),
                        (
                            "leaf",
                            models.BinaryField(help_text="RFC 8785 JSON, at most 65,535 bytes"),
                        ),
                        (
                            "leaf_hash",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Func(
                                    models.Func(
                                        models.Value("\\x00"),
                                        output_field=models.BinaryField(),
                                        template="(%(expressions)s::bytea || leaf)",
                                    ),
                                    function="sha256",
                                ),
                                output_field=models.BinaryField(),
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "ledger entries",
                        "indexes": [
                            models.Index(
                                fields=["subject_id", "object_seq"], name="ledger_subject"
                            ),
                            models.Index(fields=["event", "id"], name="ledger_event"),
                            models.Index(fields=["actor", "id"], name="ledger_actor"),
                            django.contrib.postgres.indexes.BrinIndex(
                                fields=["at"], name="ledger_at"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("object_prev", None), ("object_seq", 1)),
                                    models.Q(("object_prev__isnull", False), ("object_seq__gt", 1)),
                                    _connector="OR",
                                ),
                                name="first_entry_has_no_previous",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Log",
                    fields=[
                        ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                        (
                            "origin",
                            models.CharField(
                                help_text="the log's name in its checkpoints, for ever",
                                max_length=120,
                                unique=True,
                            ),
                        ),
                        (
                            "size",
                            models.PositiveBigIntegerField(
                                default=0, help_text="leaves in the tree"
                            ),
                        ),
                        (
                            "root",
                            models.BinaryField(
                                help_text="RFC 9162 section 2.1.1, of `size` leaves", max_length=32
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        (
                            "trouble",
                            models.CharField(
                                blank=True,
                                help_text="why the sealer refuses to go on; empty: it goes on",
                                max_length=500,
                            ),
                        ),
                        ("trouble_since", models.DateTimeField(null=True)),
                        (
                            "predecessor",
                            models.OneToOneField(
                                help_text="the log before it",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="successor",
                                to="governance.log",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("trouble", ""), ("trouble_since", None)),
                                    models.Q(
                                        models.Q(("trouble", ""), _negated=True),
                                        ("trouble_since__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="trouble_has_its_instant",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Leaf",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "log_id",
                                "index",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("index", models.PositiveBigIntegerField()),
                        ("entry_id", models.UUIDField(unique=True)),
                        (
                            "log",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leaves",
                                to="governance.log",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "leaves",
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalCheckpointKey",
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
                            "verifier",
                            models.CharField(
                                db_index=True,
                                help_text="C2SP vkey: name, key id, algorithm and key",
                                max_length=255,
                            ),
                        ),
                        ("introduced_at", models.DateTimeField()),
                        ("retired_at", models.DateTimeField(null=True)),
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
                            "log",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.log",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical checkpoint key",
                        "verbose_name_plural": "historical checkpoint keys",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="CheckpointKey",
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
                            "verifier",
                            models.CharField(
                                help_text="C2SP vkey: name, key id, algorithm and key",
                                max_length=255,
                                unique=True,
                            ),
                        ),
                        ("introduced_at", models.DateTimeField()),
                        ("retired_at", models.DateTimeField(null=True)),
                        (
                            "log",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="keys",
                                to="governance.log",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "checkpoint key",
                    },
                ),
                migrations.CreateModel(
                    name="Motion",
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
                            "act",
                            models.CharField(
                                help_text="the registered act's name",
                                max_length=80,
                                verbose_name="act",
                            ),
                        ),
                        (
                            "summary",
                            models.CharField(max_length=200, verbose_name="what is to be done"),
                        ),
                        (
                            "content",
                            models.JSONField(
                                help_text="the act's arguments, without personal data"
                            ),
                        ),
                        (
                            "digest",
                            models.CharField(
                                help_text="SHA-256 of the content's RFC 8785 JSON", max_length=64
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                help_text="without personal data",
                                max_length=500,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "subject_type",
                            models.CharField(
                                blank=True,
                                help_text="app.model of what the act is about; empty: nothing yet",
                                max_length=60,
                            ),
                        ),
                        ("subject_id", models.UUIDField(null=True)),
                        (
                            "quorum",
                            models.JSONField(
                                help_text="the rule, as it was when the motion was made"
                            ),
                        ),
                        ("moved_at", models.DateTimeField(verbose_name="moved")),
                        (
                            "expires_at",
                            models.DateTimeField(
                                help_text="UTC instant, exclusive", verbose_name="open until"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "waits for approval"),
                                    ("carried", "carried out"),
                                    ("rejected", "rejected"),
                                    ("withdrawn", "withdrawn"),
                                    ("expired", "expired"),
                                ],
                                default="pending",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                        (
                            "moved_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="motions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "motion",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["expires_at"],
                                name="motion_pending",
                            ),
                            models.Index(fields=["subject_id"], name="motion_about"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("state", "pending")),
                                    models.Q(
                                        models.Q(("state", "pending"), _negated=True),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="closed_motion_says_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("moved_at"))),
                                name="motion_is_open_for_a_time",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "pending")),
                                fields=("act", "digest"),
                                name="one_pending_motion_of_a_content",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalReportRun",
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
                        ("requested_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "queued"),
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("failed", "failed"),
                                ],
                                default="queued",
                                max_length=8,
                            ),
                        ),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("failure", models.CharField(blank=True, max_length=500)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("human_oversight", "Human oversight and logging report"),
                                    ("automated_decisions", "Automated decision-making report"),
                                ],
                                max_length=32,
                            ),
                        ),
                        ("system", models.SlugField(help_text="slug", verbose_name="AI system")),
                        ("period_start", models.DateTimeField(help_text="UTC instant, inclusive")),
                        ("period_end", models.DateTimeField(help_text="UTC instant, exclusive")),
                        (
                            "cut_off",
                            models.DateTimeField(
                                help_text="records after this UTC instant are left out"
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
                            "requested_by",
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
                            "approval",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="the motion by which the finished report was approved",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.motion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical report",
                        "verbose_name_plural": "historical reports",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="MotionBallot",
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
                            "choice",
                            models.CharField(
                                choices=[("approve", "approve"), ("reject", "reject")],
                                max_length=8,
                                verbose_name="vote",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                help_text="without personal data",
                                max_length=500,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "digest",
                            models.CharField(
                                help_text="of the content that was voted on", max_length=64
                            ),
                        ),
                        ("cast_at", models.DateTimeField()),
                        (
                            "motion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ballots",
                                to="governance.motion",
                            ),
                        ),
                        (
                            "mover",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "voter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="motion_ballots",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "vote",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("motion", "voter"), name="one_vote_per_person"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("voter", models.F("mover")), _negated=True),
                                name="movers_do_not_vote_on_their_own",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxMessage",
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
                            "event",
                            models.CharField(
                                help_text="noun.participle, such as decision.finalised",
                                max_length=80,
                            ),
                        ),
                        (
                            "subject_id",
                            models.UUIDField(
                                help_text="the decision, halt or system that the event is about"
                            ),
                        ),
                        (
                            "system",
                            models.SlugField(
                                help_text="slug of the AI system; empty where it concerns all"
                            ),
                        ),
                        ("body", models.JSONField()),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["system", "id"], name="outbox_by_system")],
                    },
                ),
                migrations.CreateModel(
                    name="Policy",
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
                        ("slug", models.SlugField(unique=True)),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("is_demo", models.BooleanField(default=False, editable=False)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="policies",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "policy",
                        "verbose_name_plural": "policies",
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalPolicyDraft",
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
                        ("text", models.TextField(verbose_name="text")),
                        (
                            "base",
                            models.PositiveIntegerField(
                                help_text="0: before the first version",
                                verbose_name="written against version",
                            ),
                        ),
                        (
                            "revision",
                            models.PositiveIntegerField(default=1, verbose_name="revision"),
                        ),
                        ("saved_at", models.DateTimeField(verbose_name="saved")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("published", "published"),
                                    ("discarded", "discarded"),
                                ],
                                default="open",
                                max_length=12,
                                verbose_name="state",
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
                            "author",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.policy",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical policy draft",
                        "verbose_name_plural": "historical policy drafts",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="PolicyDraft",
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
                        ("text", models.TextField(verbose_name="text")),
                        (
                            "base",
                            models.PositiveIntegerField(
                                help_text="0: before the first version",
                                verbose_name="written against version",
                            ),
                        ),
                        (
                            "revision",
                            models.PositiveIntegerField(default=1, verbose_name="revision"),
                        ),
                        ("saved_at", models.DateTimeField(verbose_name="saved")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("published", "published"),
                                    ("discarded", "discarded"),
                                ],
                                default="open",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="policy_drafts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drafts",
                                to="governance.policy",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "policy draft",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("policy",),
                                name="one_open_draft_of_a_policy",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["open", "published", "discarded"])
                                ),
                                name="policy_draft_state_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyVersion",
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
                        ("number", models.PositiveIntegerField(verbose_name="number")),
                        ("mode", models.CharField(max_length=8, verbose_name="oversight mode")),
                        (
                            "text",
                            models.TextField(
                                help_text="the YAML document as it was published",
                                verbose_name="text",
                            ),
                        ),
                        (
                            "sha256",
                            models.CharField(
                                help_text="SHA-256 of the text's UTF-8 bytes, hex", max_length=64
                            ),
                        ),
                        ("valid_from", models.DateTimeField(null=True)),
                        ("valid_until", models.DateTimeField(null=True)),
                        ("published_at", models.DateTimeField()),
                        (
                            "motion",
                            models.OneToOneField(
                                help_text="what a second person approved; empty: set up with the system",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="policy_version",
                                to="governance.motion",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="governance.policy",
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="published_policies",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "policy version",
                        "ordering": ["policy", "-number"],
                        "permissions": [
                            ("publish_policyversion", "Can publish a version of a policy")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("policy", "number"), name="policy_numbers_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("mode__in", ["hitl", "hotl", "hic"])),
                                name="policy_version_mode_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Qualification",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("training", "training"),
                                    ("certificate", "certificate"),
                                    ("instructions_read", "instructions for use read"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("system", models.SlugField(help_text="slug", verbose_name="AI system")),
                        (
                            "model_version",
                            models.CharField(
                                blank=True,
                                help_text="empty: every version",
                                max_length=64,
                                verbose_name="model version",
                            ),
                        ),
                        (
                            "proof",
                            models.CharField(
                                help_text="where the proof is kept",
                                max_length=200,
                                verbose_name="proof",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="qualifications",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "qualification",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None),
                                    ("valid_until__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="governance_qualification_ends_after_it_begins",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportProgress",
                    fields=[
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("step", models.CharField(blank=True, max_length=120)),
                        (
                            "seen_at",
                            models.DateTimeField(help_text="when the worker last gave a sign"),
                        ),
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="progress",
                                serialize=False,
                                to="governance.reportrun",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReportDocument",
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
                        ("json", models.BinaryField()),
                        ("html", models.BinaryField()),
                        ("pdf", models.BinaryField()),
                        ("json_sha256", models.CharField(max_length=64)),
                        ("pdf_sha256", models.CharField(max_length=64)),
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="document",
                                to="governance.reportrun",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalRoleAssignment",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
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
                    ],
                    options={
                        "verbose_name": "historical role assignment",
                        "verbose_name_plural": "historical role assignments",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalDecisionRight",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "system",
                            models.SlugField(
                                blank=True,
                                help_text="slug; empty: every system",
                                verbose_name="AI system",
                            ),
                        ),
                        (
                            "decision_type",
                            models.SlugField(
                                blank=True,
                                help_text="slug; empty: every type",
                                verbose_name="decision type",
                            ),
                        ),
                        (
                            "max_impact",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                help_text="in the decision type's unit of impact, inclusive; empty: no ceiling",
                                max_digits=18,
                                null=True,
                                verbose_name="highest impact",
                            ),
                        ),
                        (
                            "verdicts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=16),
                                help_text="the kinds of verdict: uphold, override, reverse, abstain",
                                size=None,
                            ),
                        ),
                        (
                            "outcomes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                blank=True,
                                default=list,
                                help_text="outcomes that may be chosen; empty: all of the type",
                                size=None,
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
                            "motion",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                help_text="the motion that granted or ended it last; empty: set up with the system",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.motion",
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
                    ],
                    options={
                        "verbose_name": "historical decision right",
                        "verbose_name_plural": "historical decision rights",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="DecisionRight",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "system",
                            models.SlugField(
                                blank=True,
                                help_text="slug; empty: every system",
                                verbose_name="AI system",
                            ),
                        ),
                        (
                            "decision_type",
                            models.SlugField(
                                blank=True,
                                help_text="slug; empty: every type",
                                verbose_name="decision type",
                            ),
                        ),
                        (
                            "max_impact",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                help_text="in the decision type's unit of impact, inclusive; empty: no ceiling",
                                max_digits=18,
                                null=True,
                                verbose_name="highest impact",
                            ),
                        ),
                        (
                            "verdicts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=16),
                                help_text="the kinds of verdict: uphold, override, reverse, abstain",
                                size=None,
                            ),
                        ),
                        (
                            "outcomes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                blank=True,
                                default=list,
                                help_text="outcomes that may be chosen; empty: all of the type",
                                size=None,
                            ),
                        ),
                        (
                            "motion",
                            models.ForeignKey(
                                editable=False,
                                help_text="the motion that granted or ended it last; empty: set up with the system",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decision_rights",
                                to="governance.motion",
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decision_rights",
                                to="governance.reviewerrole",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "decision right",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None),
                                    ("valid_until__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="governance_decisionright_ends_after_it_begins",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoleAssignment",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="role_assignments",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="governance.reviewerrole",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "role assignment",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None),
                                    ("valid_until__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="governance_roleassignment_ends_after_it_begins",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SubjectIdentity",
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
                        ("reference_index", models.BinaryField(max_length=32, unique=True)),
                        ("sealed_reference", models.BinaryField()),
                        (
                            "subject",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="identity",
                                to="governance.subjectkey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "subject identities",
                    },
                ),
                migrations.CreateModel(
                    name="Payload",
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
                                choices=[
                                    ("decision", "Decision"),
                                    ("verdict", "Verdict"),
                                    ("recusal", "Recusal"),
                                    ("statement", "Statement"),
                                    ("letter", "Letter"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("algorithm", models.CharField(default="A256GCM", max_length=16)),
                        (
                            "sealed",
                            models.BinaryField(
                                help_text="nonce (12 bytes), ciphertext and tag (16 bytes)"
                            ),
                        ),
                        ("commitment_key", models.BinaryField(max_length=32)),
                        (
                            "commitment",
                            models.BinaryField(
                                help_text="what the ledger commits to; an erasure names it again",
                                max_length=32,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payloads",
                                to="governance.subjectkey",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalConflict",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "organisation",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="organisation"
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                help_text="without personal data",
                                max_length=200,
                                verbose_name="reason",
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
                            "subject",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="pseudonym of the data subject",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.subjectkey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical standing conflict",
                        "verbose_name_plural": "historical standing conflicts",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Conflict",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "organisation",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="organisation"
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                help_text="without personal data",
                                max_length=200,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conflicts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="pseudonym of the data subject",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="conflicts",
                                to="governance.subjectkey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "standing conflict",
                        "verbose_name_plural": "standing conflicts",
                        "permissions": [
                            ("manage_conflict", "Can record and end standing conflicts")
                        ],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None),
                                    ("valid_until__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="governance_conflict_ends_after_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("subject__isnull", True),
                                    ("organisation", ""),
                                    _connector="XOR",
                                ),
                                name="conflict_is_with_one",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tile",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "log_id",
                                "level",
                                "index",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                help_text="0: hashes of leaves; 1: roots of tiles"
                            ),
                        ),
                        ("index", models.PositiveBigIntegerField()),
                        ("hashes", models.BinaryField(max_length=8192)),
                        (
                            "log",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tiles",
                                to="governance.log",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="VerificationRun",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("failed", "failed"),
                                ],
                                default="running",
                                max_length=8,
                            ),
                        ),
                        ("requested_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "is_whole",
                            models.BooleanField(default=True, help_text="everything was looked at"),
                        ),
                        (
                            "since",
                            models.PositiveBigIntegerField(
                                default=0, help_text="the first leaf looked at"
                            ),
                        ),
                        (
                            "size",
                            models.PositiveBigIntegerField(
                                default=0, help_text="leaves of the log when it began"
                            ),
                        ),
                        (
                            "trees",
                            models.JSONField(
                                default=list,
                                help_text="every log as it stood: origin, leaves, root, first leaf looked at",
                            ),
                        ),
                        (
                            "entries",
                            models.PositiveBigIntegerField(
                                default=0, help_text="entries looked at"
                            ),
                        ),
                        (
                            "counts",
                            models.JSONField(
                                default=dict, help_text="what else was looked at, by kind"
                            ),
                        ),
                        ("fault_count", models.PositiveBigIntegerField(default=0)),
                        (
                            "findings",
                            models.JSONField(
                                default=list,
                                help_text="at most 100 faults: what is wrong, the place, the detail",
                            ),
                        ),
                        (
                            "erased",
                            models.JSONField(
                                default=list,
                                help_text="at most 100 lawfully erased payloads: entry, payload, instant",
                            ),
                        ),
                        ("failure", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "verbose_name": "verification of the ledger",
                        "verbose_name_plural": "verifications of the ledger",
                        "indexes": [
                            models.Index(fields=["-requested_at"], name="verification_newest"),
                            models.Index(
                                condition=models.Q(("state", "running")),
                                fields=["requested_at"],
                                name="verification_unfinished",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("finished_at", None),
                                    ("state__in", ["done", "failed"]),
                                    _negated=True,
                                ),
                                name="finished_verification_says_when",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VerificationPart",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("number", models.PositiveIntegerField()),
                        (
                            "share",
                            models.JSONField(help_text="which leaves or objects it is about"),
                        ),
                        (
                            "taken_at",
                            models.DateTimeField(help_text="by the database's clock", null=True),
                        ),
                        ("outcome", models.JSONField(null=True)),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parts",
                                to="governance.verificationrun",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("outcome__isnull", True)),
                                fields=["run"],
                                name="part_to_do",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "number"), name="parts_are_numbered"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Cosignature",
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
                            "line",
                            models.CharField(
                                help_text="the signature line of the note", max_length=500
                            ),
                        ),
                        (
                            "cosigned_at",
                            models.DateTimeField(
                                help_text="UTC instant that the witness signed for"
                            ),
                        ),
                        ("received_at", models.DateTimeField()),
                        (
                            "checkpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cosignatures",
                                to="governance.checkpoint",
                            ),
                        ),
                        (
                            "witness",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cosignatures",
                                to="governance.witness",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["witness", "checkpoint"], name="cosigned_last")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("checkpoint", "witness"), name="one_cosignature_per_witness"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Absence",
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
                            "valid_from",
                            models.DateTimeField(
                                help_text="UTC instant, inclusive", verbose_name="valid from"
                            ),
                        ),
                        (
                            "valid_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="UTC instant, exclusive; empty: open",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "ended_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="ended early"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="absences",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "absence",
                        "permissions": [
                            ("manage_absence", "Can record and end the absences of others")
                        ],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None),
                                    ("valid_until__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="governance_absence_ends_after_it_begins",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiKey",
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
                        ("prefix", models.CharField(max_length=16, unique=True)),
                        ("secret_sha256", models.CharField(max_length=64)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("decisions:write", "submit and withdraw decisions"),
                                        ("decisions:read", "read decisions and events"),
                                        ("permits:consume", "check and consume permits"),
                                        ("executions:write", "record executions"),
                                        ("outcomes:write", "record true outcomes"),
                                        ("halts:write", "place halts"),
                                        (
                                            "contestations:write",
                                            "register and follow contestations",
                                        ),
                                    ],
                                    max_length=32,
                                ),
                                size=None,
                            ),
                        ),
                        ("expires_at", models.DateTimeField(verbose_name="expires")),
                        (
                            "revoked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="revoked"),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="keys",
                                to="governance.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "API key",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("scopes", []), _negated=True),
                                name="key_has_a_scope",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
