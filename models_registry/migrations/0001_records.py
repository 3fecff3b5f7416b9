"""The tables as they were when the first migrations were drawn together."""

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import governance.ids
from governance.migrations._tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [("governance", "0001_records")]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="AISystem",
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
                        (
                            "intended_purpose",
                            models.TextField(
                                help_text="Art. 3(12)", verbose_name="intended purpose"
                            ),
                        ),
                        (
                            "organisation",
                            models.CharField(max_length=200, verbose_name="organisation"),
                        ),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("provider", "provider"),
                                        ("deployer", "deployer"),
                                        ("importer", "importer"),
                                        ("distributor", "distributor"),
                                    ],
                                    max_length=16,
                                ),
                                help_text="the organisation's roles for this system",
                                size=None,
                            ),
                        ),
                        (
                            "sector",
                            models.CharField(blank=True, max_length=100, verbose_name="sector"),
                        ),
                        (
                            "risk_class",
                            models.CharField(blank=True, max_length=8, verbose_name="risk class"),
                        ),
                        (
                            "registration_id",
                            models.CharField(
                                blank=True,
                                help_text="EU database, Art. 49 and 71",
                                max_length=100,
                                verbose_name="registration id",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("registered", "registered"),
                                    ("in_service", "in service"),
                                    ("suspended", "suspended"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                editable=False,
                                max_length=16,
                                verbose_name="status",
                            ),
                        ),
                        ("is_demo", models.BooleanField(default=False, editable=False)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="owned_systems",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="system owner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "AI system",
                        "permissions": [
                            ("manage_aisystem", "Can register AI systems and change their status"),
                            ("classify_aisystem", "Can answer the classification questionnaire"),
                            ("load_template", "Can load an industry template, as drafts"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("risk_class", ""), ("status", "in_service"), _negated=True
                                ),
                                name="system_in_service_is_classified",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("risk_class", "X"), ("status", "in_service"), _negated=True
                                ),
                                name="prohibited_system_not_in_service",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Classification",
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
                            "answers",
                            models.JSONField(
                                help_text="question id to answer, reason and evidence"
                            ),
                        ),
                        (
                            "outcome",
                            models.JSONField(
                                help_text="class, flags, path, tasks and obligation ids"
                            ),
                        ),
                        ("risk_class", models.CharField(max_length=8)),
                        ("law_version", models.CharField(max_length=80)),
                        ("classified_at", models.DateTimeField()),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="classifications",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="classifications",
                                to="models_registry.aisystem",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-classified_at"],
                        "get_latest_by": "classified_at",
                    },
                ),
                migrations.CreateModel(
                    name="DecisionType",
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
                        (
                            "question",
                            models.CharField(
                                help_text="what the reviewer is asked, as one sentence",
                                max_length=300,
                                verbose_name="question",
                            ),
                        ),
                        (
                            "outcomes",
                            models.JSONField(
                                default=list,
                                help_text="list of {key, label, adverse}",
                                verbose_name="outcomes",
                            ),
                        ),
                        (
                            "fact_schema",
                            models.JSONField(
                                default=dict,
                                help_text="name to {type, label, unit, personal, derived}",
                                verbose_name="facts",
                            ),
                        ),
                        (
                            "effect",
                            models.CharField(
                                choices=[
                                    ("none", "none"),
                                    ("similar", "similar"),
                                    ("legal", "legal"),
                                ],
                                help_text="GDPR Art. 22(1): legal, similar, or none",
                                max_length=8,
                                verbose_name="effect on persons",
                            ),
                        ),
                        (
                            "reversible",
                            models.BooleanField(default=False, verbose_name="reversible"),
                        ),
                        (
                            "critical",
                            models.BooleanField(
                                default=False,
                                help_text="in command mode (HIC) no rule may let it pass",
                                verbose_name="critical",
                            ),
                        ),
                        (
                            "confidence_required",
                            models.BooleanField(default=True, verbose_name="confidence required"),
                        ),
                        (
                            "impact_unit",
                            models.CharField(
                                blank=True,
                                help_text="such as EUR; empty: none",
                                max_length=40,
                                verbose_name="unit of impact",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("normal", "normal"),
                                    ("sampled", "sampled"),
                                    ("all_human", "all_human"),
                                    ("halted", "halted"),
                                ],
                                default="normal",
                                editable=False,
                                max_length=12,
                                verbose_name="intervention level",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decision_types",
                                to="governance.policy",
                                verbose_name="policy",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decision_types",
                                to="models_registry.aisystem",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "decision type",
                        "permissions": [
                            ("manage_decisiontype", "Can define decision types"),
                            ("raise_level", "Can raise intervention levels"),
                            ("lower_level", "Can move and approve that a level is lowered"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("effect__in", ["none", "similar", "legal"])),
                                name="effect_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("level__in", ["normal", "sampled", "all_human", "halted"])
                                ),
                                name="level_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalAISystem",
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
                        (
                            "intended_purpose",
                            models.TextField(
                                help_text="Art. 3(12)", verbose_name="intended purpose"
                            ),
                        ),
                        (
                            "organisation",
                            models.CharField(max_length=200, verbose_name="organisation"),
                        ),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("provider", "provider"),
                                        ("deployer", "deployer"),
                                        ("importer", "importer"),
                                        ("distributor", "distributor"),
                                    ],
                                    max_length=16,
                                ),
                                help_text="the organisation's roles for this system",
                                size=None,
                            ),
                        ),
                        (
                            "sector",
                            models.CharField(blank=True, max_length=100, verbose_name="sector"),
                        ),
                        (
                            "risk_class",
                            models.CharField(blank=True, max_length=8, verbose_name="risk class"),
                        ),
                        (
                            "registration_id",
                            models.CharField(
                                blank=True,
                                help_text="EU database, Art. 49 and 71",
                                max_length=100,
                                verbose_name="registration id",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("registered", "registered"),
                                    ("in_service", "in service"),
                                    ("suspended", "suspended"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                editable=False,
                                max_length=16,
                                verbose_name="status",
                            ),
                        ),
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
                                verbose_name="system owner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical AI system",
                        "verbose_name_plural": "historical AI systems",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalDecisionType",
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
                        (
                            "question",
                            models.CharField(
                                help_text="what the reviewer is asked, as one sentence",
                                max_length=300,
                                verbose_name="question",
                            ),
                        ),
                        (
                            "outcomes",
                            models.JSONField(
                                default=list,
                                help_text="list of {key, label, adverse}",
                                verbose_name="outcomes",
                            ),
                        ),
                        (
                            "fact_schema",
                            models.JSONField(
                                default=dict,
                                help_text="name to {type, label, unit, personal, derived}",
                                verbose_name="facts",
                            ),
                        ),
                        (
                            "effect",
                            models.CharField(
                                choices=[
                                    ("none", "none"),
                                    ("similar", "similar"),
                                    ("legal", "legal"),
                                ],
                                help_text="GDPR Art. 22(1): legal, similar, or none",
                                max_length=8,
                                verbose_name="effect on persons",
                            ),
                        ),
                        (
                            "reversible",
                            models.BooleanField(default=False, verbose_name="reversible"),
                        ),
                        (
                            "critical",
                            models.BooleanField(
                                default=False,
                                help_text="in command mode (HIC) no rule may let it pass",
                                verbose_name="critical",
                            ),
                        ),
                        (
                            "confidence_required",
                            models.BooleanField(default=True, verbose_name="confidence required"),
                        ),
                        (
                            "impact_unit",
                            models.CharField(
                                blank=True,
                                help_text="such as EUR; empty: none",
                                max_length=40,
                                verbose_name="unit of impact",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("normal", "normal"),
                                    ("sampled", "sampled"),
                                    ("all_human", "all_human"),
                                    ("halted", "halted"),
                                ],
                                default="normal",
                                editable=False,
                                max_length=12,
                                verbose_name="intervention level",
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
                            "policy",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.policy",
                                verbose_name="policy",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="models_registry.aisystem",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical decision type",
                        "verbose_name_plural": "historical decision types",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalMandate",
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
                        ("objective", models.TextField(verbose_name="objective")),
                        (
                            "max_decisions",
                            models.PositiveIntegerField(verbose_name="most decisions"),
                        ),
                        (
                            "max_impact",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=18,
                                null=True,
                                verbose_name="highest impact",
                            ),
                        ),
                        (
                            "allowed_outcomes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                blank=True,
                                default=list,
                                help_text="empty: all",
                                size=None,
                            ),
                        ),
                        (
                            "period",
                            models.CharField(
                                blank=True,
                                help_text="what the limits per period count in: day, week or month (UTC), or a span such as PT12H, counted from the start; empty: there are none",
                                max_length=16,
                                null=True,
                                verbose_name="period",
                            ),
                        ),
                        (
                            "max_decisions_per_period",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="most decisions per period"
                            ),
                        ),
                        (
                            "max_total_impact",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=15,
                                null=True,
                                verbose_name="most impact in all",
                            ),
                        ),
                        (
                            "max_impact_per_period",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=15,
                                null=True,
                                verbose_name="most impact per period",
                            ),
                        ),
                        (
                            "segments",
                            models.JSONField(
                                blank=True,
                                help_text="fact to the list of values that are covered; empty: all",
                                null=True,
                                verbose_name="segments",
                            ),
                        ),
                        ("valid_from", models.DateTimeField(verbose_name="valid from")),
                        ("valid_until", models.DateTimeField(verbose_name="valid until")),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "warned_of_use_at",
                            models.DateTimeField(
                                editable=False,
                                help_text="when it was said that little of it is left",
                                null=True,
                            ),
                        ),
                        (
                            "warned_of_days",
                            models.PositiveSmallIntegerField(
                                editable=False,
                                help_text="days before the end that were warned of last",
                                null=True,
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
                            "decision_type",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="models_registry.decisiontype",
                            ),
                        ),
                        (
                            "issued_by",
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
                            "motion",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                help_text="what a second person approved; empty: set up with the system",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.motion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical mandate",
                        "verbose_name_plural": "historical mandates",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalModelVersion",
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
                        ("version", models.CharField(max_length=64, verbose_name="version")),
                        (
                            "artefact_sha256",
                            models.CharField(max_length=64, verbose_name="artefact SHA-256"),
                        ),
                        (
                            "declared_metrics",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="name to value, as declared",
                                verbose_name="declared metrics",
                            ),
                        ),
                        (
                            "limits",
                            models.TextField(
                                blank=True,
                                help_text="shown to the reviewer, Art. 13(3)(b)",
                                verbose_name="known limits",
                            ),
                        ),
                        (
                            "instructions_version",
                            models.CharField(
                                help_text="their version, Art. 13(2)",
                                max_length=64,
                                verbose_name="instructions for use",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("candidate", "candidate"),
                                    ("approved", "approved"),
                                    ("in_service", "in service"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="candidate",
                                editable=False,
                                max_length=16,
                                verbose_name="status",
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
                                help_text="a model author never rules on its decisions; empty: not a person here",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="models_registry.aisystem",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical model version",
                        "verbose_name_plural": "historical model versions",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="LevelChange",
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
                            "from_level",
                            models.CharField(
                                choices=[
                                    ("normal", "normal"),
                                    ("sampled", "sampled"),
                                    ("all_human", "all_human"),
                                    ("halted", "halted"),
                                ],
                                max_length=12,
                                verbose_name="from",
                            ),
                        ),
                        (
                            "to_level",
                            models.CharField(
                                choices=[
                                    ("normal", "normal"),
                                    ("sampled", "sampled"),
                                    ("all_human", "all_human"),
                                    ("halted", "halted"),
                                ],
                                max_length=12,
                                verbose_name="to",
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
                        ("changed_at", models.DateTimeField(verbose_name="changed")),
                        ("changed_by_label", models.CharField(max_length=120)),
                        (
                            "alarm",
                            models.UUIDField(
                                help_text="the monitor's alarm that raised it", null=True
                            ),
                        ),
                        (
                            "changed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="level_changes",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "decision_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="level_changes",
                                to="models_registry.decisiontype",
                                verbose_name="decision type",
                            ),
                        ),
                        (
                            "motion",
                            models.OneToOneField(
                                help_text="what a second person approved; empty: it was raised",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="level_change",
                                to="governance.motion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of level",
                        "verbose_name_plural": "changes of level",
                        "indexes": [
                            models.Index(
                                fields=["decision_type", "-id"], name="level_changes_of_type"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("from_level", models.F("to_level")), _negated=True
                                ),
                                name="level_change_changes_it",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Mandate",
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
                        ("objective", models.TextField(verbose_name="objective")),
                        (
                            "max_decisions",
                            models.PositiveIntegerField(verbose_name="most decisions"),
                        ),
                        (
                            "max_impact",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=18,
                                null=True,
                                verbose_name="highest impact",
                            ),
                        ),
                        (
                            "allowed_outcomes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                blank=True,
                                default=list,
                                help_text="empty: all",
                                size=None,
                            ),
                        ),
                        (
                            "period",
                            models.CharField(
                                blank=True,
                                help_text="what the limits per period count in: day, week or month (UTC), or a span such as PT12H, counted from the start; empty: there are none",
                                max_length=16,
                                null=True,
                                verbose_name="period",
                            ),
                        ),
                        (
                            "max_decisions_per_period",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="most decisions per period"
                            ),
                        ),
                        (
                            "max_total_impact",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=15,
                                null=True,
                                verbose_name="most impact in all",
                            ),
                        ),
                        (
                            "max_impact_per_period",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=15,
                                null=True,
                                verbose_name="most impact per period",
                            ),
                        ),
                        (
                            "segments",
                            models.JSONField(
                                blank=True,
                                help_text="fact to the list of values that are covered; empty: all",
                                null=True,
                                verbose_name="segments",
                            ),
                        ),
                        ("valid_from", models.DateTimeField(verbose_name="valid from")),
                        ("valid_until", models.DateTimeField(verbose_name="valid until")),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "warned_of_use_at",
                            models.DateTimeField(
                                editable=False,
                                help_text="when it was said that little of it is left",
                                null=True,
                            ),
                        ),
                        (
                            "warned_of_days",
                            models.PositiveSmallIntegerField(
                                editable=False,
                                help_text="days before the end that were warned of last",
                                null=True,
                            ),
                        ),
                        (
                            "decision_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mandates",
                                to="models_registry.decisiontype",
                            ),
                        ),
                        (
                            "issued_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="issued_mandates",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "motion",
                            models.OneToOneField(
                                editable=False,
                                help_text="what a second person approved; empty: set up with the system",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mandate",
                                to="governance.motion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mandate",
                        "permissions": [("issue_mandate", "Can issue and revoke mandates")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("valid_until__gt", models.F("valid_from"))),
                                name="mandate_ends_after_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("period__isnull", False),
                                    models.Q(
                                        ("max_decisions_per_period", None),
                                        ("max_impact_per_period", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="mandate_per_period_says_which",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MandateUse",
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
                        ("ordinal", models.PositiveIntegerField()),
                        ("decision_id", models.UUIDField(unique=True)),
                        (
                            "impact_total",
                            models.DecimalField(decimal_places=4, max_digits=24, null=True),
                        ),
                        (
                            "period_began_at",
                            models.DateTimeField(help_text="empty: no limit per period", null=True),
                        ),
                        ("period_ordinal", models.PositiveIntegerField(null=True)),
                        (
                            "period_impact",
                            models.DecimalField(decimal_places=4, max_digits=24, null=True),
                        ),
                        (
                            "mandate",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="models_registry.mandate",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mandate", "ordinal"), name="mandate_counts_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ModelVersion",
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
                        ("version", models.CharField(max_length=64, verbose_name="version")),
                        (
                            "artefact_sha256",
                            models.CharField(max_length=64, verbose_name="artefact SHA-256"),
                        ),
                        (
                            "declared_metrics",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="name to value, as declared",
                                verbose_name="declared metrics",
                            ),
                        ),
                        (
                            "limits",
                            models.TextField(
                                blank=True,
                                help_text="shown to the reviewer, Art. 13(3)(b)",
                                verbose_name="known limits",
                            ),
                        ),
                        (
                            "instructions_version",
                            models.CharField(
                                help_text="their version, Art. 13(2)",
                                max_length=64,
                                verbose_name="instructions for use",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("candidate", "candidate"),
                                    ("approved", "approved"),
                                    ("in_service", "in service"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="candidate",
                                editable=False,
                                max_length=16,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                help_text="a model author never rules on its decisions; empty: not a person here",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="authored_versions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="models_registry.aisystem",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "model version",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("system", "version"), name="system_versions_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalHalt",
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
                            "reason",
                            models.CharField(
                                help_text="without personal data",
                                max_length=500,
                                verbose_name="reason",
                            ),
                        ),
                        ("is_drill", models.BooleanField(default=False, verbose_name="drill")),
                        ("placed_at", models.DateTimeField()),
                        (
                            "placed_by_label",
                            models.CharField(
                                help_text="the actor: person or client", max_length=120
                            ),
                        ),
                        (
                            "stopped_within_ms",
                            models.PositiveIntegerField(
                                editable=False,
                                help_text="milliseconds from the order until the last unused permit in scope was void",
                                null=True,
                            ),
                        ),
                        ("lifted_at", models.DateTimeField(null=True)),
                        ("lift_reason", models.CharField(blank=True, max_length=500)),
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
                            "decision_type",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="empty: every type of the system",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="models_registry.decisiontype",
                            ),
                        ),
                        (
                            "lift_motion",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                help_text="what a second person approved",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.motion",
                            ),
                        ),
                        (
                            "lifted_by",
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
                            "placed_by",
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
                            "system",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="empty: every system",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="models_registry.aisystem",
                            ),
                        ),
                        (
                            "model_version",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="empty: every version of the system",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="models_registry.modelversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical halt",
                        "verbose_name_plural": "historical halts",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Halt",
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
                            "reason",
                            models.CharField(
                                help_text="without personal data",
                                max_length=500,
                                verbose_name="reason",
                            ),
                        ),
                        ("is_drill", models.BooleanField(default=False, verbose_name="drill")),
                        ("placed_at", models.DateTimeField()),
                        (
                            "placed_by_label",
                            models.CharField(
                                help_text="the actor: person or client", max_length=120
                            ),
                        ),
                        (
                            "stopped_within_ms",
                            models.PositiveIntegerField(
                                editable=False,
                                help_text="milliseconds from the order until the last unused permit in scope was void",
                                null=True,
                            ),
                        ),
                        ("lifted_at", models.DateTimeField(null=True)),
                        ("lift_reason", models.CharField(blank=True, max_length=500)),
                        (
                            "decision_type",
                            models.ForeignKey(
                                blank=True,
                                help_text="empty: every type of the system",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="halts",
                                to="models_registry.decisiontype",
                            ),
                        ),
                        (
                            "lift_motion",
                            models.OneToOneField(
                                editable=False,
                                help_text="what a second person approved",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lifted_halt",
                                to="governance.motion",
                            ),
                        ),
                        (
                            "lifted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lifted_halts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "placed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="placed_halts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                blank=True,
                                help_text="empty: every system",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="halts",
                                to="models_registry.aisystem",
                            ),
                        ),
                        (
                            "model_version",
                            models.ForeignKey(
                                blank=True,
                                help_text="empty: every version of the system",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="halts",
                                to="models_registry.modelversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "halt",
                        "permissions": [
                            ("place_halt", "Can place a halt"),
                            ("lift_halt", "Can lift a halt"),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("lifted_at", None)),
                                fields=["placed_at"],
                                name="halt_in_force",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decision_type", None),
                                    ("system__isnull", False),
                                    _connector="OR",
                                ),
                                name="halt_of_a_type_names_its_system",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("model_version", None),
                                    ("system__isnull", False),
                                    _connector="OR",
                                ),
                                name="halt_of_a_version_names_its_system",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decision_type", None),
                                    ("model_version", None),
                                    _connector="OR",
                                ),
                                name="halt_has_one_scope",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lifted_at", None), ("lifted_by", None)),
                                    models.Q(
                                        ("lifted_at__isnull", False), ("lifted_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="only_a_person_lifts_a_halt",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
