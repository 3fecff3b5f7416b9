"""The tables as they were when the first migrations were drawn together."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import governance.ids
from governance.migrations._tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [("governance", "0001_records"), ("models_registry", "0001_records")]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="AuditRate",
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
                            "segment",
                            models.JSONField(
                                help_text="the facts' names to their values, none of them personal"
                            ),
                        ),
                        (
                            "segment_key",
                            models.CharField(
                                help_text="SHA-256 of the segment's RFC 8785 JSON, hex",
                                max_length=64,
                            ),
                        ),
                        (
                            "rate",
                            models.FloatField(
                                help_text="share of the passes, 0 to 1", verbose_name="rate"
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("started", "the segment was seen first"),
                                    ("new_policy", "another policy version holds"),
                                    ("error", "an audit found an error"),
                                    ("unproven", "the error is not shown to be within the limit"),
                                    ("proven", "the error is shown to be safely within the limit"),
                                ],
                                max_length=12,
                                verbose_name="why",
                            ),
                        ),
                        ("audited", models.PositiveIntegerField(verbose_name="audits ruled on")),
                        ("errors", models.PositiveIntegerField(verbose_name="errors found")),
                        ("upper_bound", models.FloatField(verbose_name="upper bound of the error")),
                        ("counted_until", models.DateTimeField()),
                        ("changed_at", models.DateTimeField(verbose_name="changed")),
                        (
                            "decision_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="audit_rates",
                                to="models_registry.decisiontype",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="audit_rates",
                                to="governance.policy",
                            ),
                        ),
                        (
                            "policy_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="audit_rates",
                                to="governance.policyversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "audit rate",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("decision_type", "policy", "segment_key"),
                                name="one_rate_per_segment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rate__gte", 0), ("rate__lte", 1)),
                                name="audit_rate_is_a_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Shadow",
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
                            "text",
                            models.TextField(
                                help_text="the YAML document that runs beside", verbose_name="text"
                            ),
                        ),
                        (
                            "sha256",
                            models.CharField(
                                help_text="SHA-256 of the text's UTF-8 bytes, hex", max_length=64
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="started")),
                        (
                            "until",
                            models.DateTimeField(
                                help_text="UTC instant, exclusive", verbose_name="until"
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                        (
                            "failure",
                            models.CharField(
                                blank=True, help_text="why it broke off", max_length=500
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ended_shadows",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shadows",
                                to="governance.policy",
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="started_shadows",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "shadow",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("policy", "sha256"),
                                name="one_running_shadow_per_text",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("until__gt", models.F("started_at"))),
                                name="shadow_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Simulation",
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
                            "text",
                            models.TextField(
                                help_text="the YAML document that is tried", verbose_name="text"
                            ),
                        ),
                        (
                            "sha256",
                            models.CharField(
                                help_text="SHA-256 of the text's UTF-8 bytes, hex", max_length=64
                            ),
                        ),
                        ("period_start", models.DateTimeField(help_text="UTC instant, inclusive")),
                        ("period_end", models.DateTimeField(help_text="UTC instant, exclusive")),
                        (
                            "groups",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                default=list,
                                help_text="facts that mark a group of people, whose rates are compared",
                                size=None,
                            ),
                        ),
                        (
                            "decisions",
                            models.PositiveIntegerField(default=0, help_text="looked at"),
                        ),
                        (
                            "changed",
                            models.PositiveIntegerField(
                                default=0, help_text="whose route or queue would change"
                            ),
                        ),
                        (
                            "differences",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="stored results that the stored inputs do not give again",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="simulations",
                                to="governance.policy",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="simulations",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "simulation",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "running"])),
                                fields=["requested_at"],
                                name="simulation_waiting",
                            ),
                            models.Index(fields=["sha256"], name="simulation_by_text"),
                            models.Index(fields=["policy", "-id"], name="simulation_by_policy"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("period_end__gt", models.F("period_start"))),
                                name="simulation_period_ends_after_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("finished_at", None),
                                    ("state__in", ["done", "failed"]),
                                    _negated=True,
                                ),
                                name="finished_simulation_says_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditCount",
                    fields=[
                        (
                            "rate",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="count",
                                serialize=False,
                                to="reviews.auditrate",
                            ),
                        ),
                        ("passes", models.PositiveIntegerField()),
                        ("drawn", models.PositiveIntegerField()),
                        ("audited", models.PositiveIntegerField()),
                        ("errors", models.PositiveIntegerField()),
                        ("upper_bound", models.FloatField()),
                        ("last_audit_at", models.DateTimeField(null=True)),
                        ("counted_until", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Case",
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
                                    ("review", "review"),
                                    ("audit", "audit of a passed decision"),
                                    ("contestation", "contestation"),
                                    ("intervention", "intervention after a pass"),
                                ],
                                default="review",
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("claimed", "claimed"),
                                    ("decided", "decided"),
                                    ("withdrawn", "withdrawn"),
                                    ("expired", "expired"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "priority",
                            models.FloatField(
                                help_text="0 to 100, higher is more urgent", verbose_name="priority"
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened")),
                        (
                            "due_at",
                            models.DateTimeField(
                                help_text="UTC instant from which the case is overdue",
                                verbose_name="due",
                            ),
                        ),
                        (
                            "rung",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="how often the case was escalated",
                                verbose_name="rung",
                            ),
                        ),
                        (
                            "verdicts_required",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="distinct people who must rule at least; set when the case opens",
                            ),
                        ),
                        (
                            "quorum",
                            models.JSONField(
                                help_text="the quorum's rule as it was when the case opened (QuorumRule)",
                                null=True,
                            ),
                        ),
                        (
                            "stage_roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SlugField(),
                                help_text="slugs, of which who gives the next ballot holds one; empty: any",
                                null=True,
                                size=None,
                            ),
                        ),
                        (
                            "vetoed_at",
                            models.DateTimeField(
                                help_text="since when the AI's outcome may not be settled on any more",
                                null=True,
                            ),
                        ),
                        (
                            "adjudication",
                            models.BooleanField(
                                default=False,
                                help_text="ballots disagreed: the next verdict decides",
                            ),
                        ),
                        (
                            "blind_first",
                            models.BooleanField(
                                default=False,
                                help_text="the person commits a judgement before seeing the AI's output",
                            ),
                        ),
                        (
                            "fail_safe",
                            models.CharField(
                                choices=[("refuse", "refuse"), ("hold", "hold")],
                                default="hold",
                                max_length=8,
                            ),
                        ),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("lease_expires_at", models.DateTimeField(null=True)),
                        (
                            "claim_number",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="grows with each claim, so that a late answer to an old one is refused",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                        (
                            "final_outcome",
                            models.CharField(
                                blank=True,
                                help_text="the outcome the people settled on; empty: none",
                                max_length=64,
                            ),
                        ),
                        (
                            "claimed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claimed_cases",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "queue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="reviews.queue",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "case",
                        "permissions": [
                            ("claim_case", "Can claim and release cases of their queues"),
                            ("rule_on_case", "Can give verdicts"),
                            ("escalate_case", "Can hand a case up"),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["queue", "-priority", "due_at", "id"],
                                name="case_to_claim",
                            ),
                            models.Index(fields=["queue", "-id"], name="case_in_queue"),
                            models.Index(
                                condition=models.Q(("kind", "audit"), ("state", "decided")),
                                fields=["closed_at"],
                                name="case_audit_settled",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["open", "claimed"])),
                                fields=["due_at"],
                                name="case_due",
                            ),
                            models.Index(
                                condition=models.Q(("state", "claimed")),
                                fields=["lease_expires_at"],
                                name="case_lease",
                            ),
                            models.Index(
                                condition=models.Q(("state", "claimed")),
                                fields=["claimed_by"],
                                name="case_held_by",
                            ),
                            models.Index(
                                condition=models.Q(("state", "decided")),
                                fields=["closed_at", "id"],
                                name="case_decided",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("claimed_at__isnull", False),
                                        ("claimed_by__isnull", False),
                                        ("lease_expires_at__isnull", False),
                                        ("state", "claimed"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "claimed"), _negated=True),
                                        ("claimed_at", None),
                                        ("claimed_by", None),
                                        ("lease_expires_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="claim_is_named_and_leased",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at", None), ("state__in", ["open", "claimed"])
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("state__in", ["decided", "withdrawn", "expired"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="closed_case_says_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "decided"), ("final_outcome", ""), _connector="XOR"
                                ),
                                name="only_a_decided_case_has_an_outcome",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "contestation"), _negated=True),
                                fields=("decision", "kind"),
                                name="one_case_of_a_kind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
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
                            "external_id",
                            models.CharField(
                                help_text="the caller's id, unique per system", max_length=200
                            ),
                        ),
                        (
                            "occurred_at",
                            models.DateTimeField(
                                help_text="when the AI system decided, as the caller says"
                            ),
                        ),
                        ("received_at", models.DateTimeField()),
                        ("outcome", models.CharField(max_length=64)),
                        (
                            "confidence",
                            models.FloatField(help_text="0 to 1, as the caller says", null=True),
                        ),
                        (
                            "impact",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="in the type's unit of impact",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "facts",
                            models.JSONField(help_text="name to value, without the personal ones"),
                        ),
                        ("request_id", models.CharField(blank=True, max_length=64)),
                        (
                            "decision_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="models_registry.decisiontype",
                            ),
                        ),
                        (
                            "model_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="models_registry.modelversion",
                            ),
                        ),
                        (
                            "payload",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="decisions",
                                to="governance.payload",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                db_constraint=False,
                                help_text="the pseudonym of the person affected, or of nobody known",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="decisions",
                                to="governance.subjectkey",
                            ),
                        ),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="governance.apiclient",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="models_registry.aisystem",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "decision",
                        "permissions": [
                            ("view_every_decision", "Can read the decisions of every queue")
                        ],
                        "indexes": [
                            models.Index(
                                fields=["system", "received_at"], name="decision_by_system"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("system", "external_id"),
                                name="one_decision_per_external_id",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confidence", None),
                                    models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                                    _connector="OR",
                                ),
                                name="confidence_is_a_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contestation",
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
                            "received_at",
                            models.DateTimeField(
                                help_text="when the person's words arrived", verbose_name="received"
                            ),
                        ),
                        ("registered_at", models.DateTimeField(verbose_name="registered")),
                        (
                            "due_at",
                            models.DateTimeField(
                                help_text="UTC instant, GDPR Art. 12(3)", verbose_name="answer due"
                            ),
                        ),
                        ("extended_at", models.DateTimeField(null=True, verbose_name="extended")),
                        (
                            "extension_reason",
                            models.CharField(
                                blank=True,
                                help_text="as the person was told; without personal data",
                                max_length=500,
                            ),
                        ),
                        (
                            "warnings",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="how many warnings were given that this deadline runs out",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("decided", "decided"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("upheld", "the decision stands"),
                                    ("changed", "the decision was changed"),
                                ],
                                max_length=8,
                                verbose_name="result",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="letter sent")),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contestation",
                                to="reviews.case",
                            ),
                        ),
                        (
                            "letter",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="letters",
                                to="governance.payload",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                help_text="empty: a program did, which the entry names",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="registered_contestations",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "sent_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sent_letters",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="contested_in",
                                to="governance.payload",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contestations",
                                to="reviews.decision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contestation",
                        "permissions": [
                            (
                                "register_contestation",
                                "Can register contestations and send their answers",
                            )
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["due_at"],
                                name="contestation_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("decision",),
                                name="one_open_contestation",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("state", "open")),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="closed_contestation_says_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "decided"), ("result", ""), _connector="XOR"
                                ),
                                name="only_a_decided_contestation_has_a_result",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_at__gt", models.F("received_at"))),
                                name="contestation_is_due_after_it_came",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DecisionTally",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("hour", models.DateTimeField(help_text="its first instant")),
                        ("total", models.PositiveIntegerField()),
                        (
                            "last_at",
                            models.DateTimeField(help_text="when the last one came", null=True),
                        ),
                        ("outcomes", models.JSONField(help_text="outcome to count")),
                        (
                            "confidences",
                            models.JSONField(help_text="step of the confidence to count"),
                        ),
                        (
                            "decision_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tallies",
                                to="models_registry.decisiontype",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("decision_type", "hour"), name="one_tally_per_hour"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evaluation",
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
                        ("disposition", models.CharField(max_length=8)),
                        (
                            "rule",
                            models.CharField(
                                blank=True, help_text="id of the rule that decided", max_length=64
                            ),
                        ),
                        (
                            "inputs",
                            models.JSONField(help_text="facts and context as the policy saw them"),
                        ),
                        (
                            "result",
                            models.JSONField(help_text="the evaluation with reasons and trace"),
                        ),
                        ("evaluated_at", models.DateTimeField()),
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluation",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "policy_version",
                            models.ForeignKey(
                                help_text="empty: no version was published, so a person must look",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluations",
                                to="governance.policyversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("disposition__in", ["pass", "review", "block"])
                                ),
                                name="disposition_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroundTruth",
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
                        ("outcome", models.CharField(max_length=64)),
                        (
                            "source",
                            models.CharField(help_text="how it became known", max_length=200),
                        ),
                        ("observed_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="truths",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="truths",
                                to="governance.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["decision", "-recorded_at"], name="newest_truth")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalAuditRate",
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
                            "segment",
                            models.JSONField(
                                help_text="the facts' names to their values, none of them personal"
                            ),
                        ),
                        (
                            "segment_key",
                            models.CharField(
                                help_text="SHA-256 of the segment's RFC 8785 JSON, hex",
                                max_length=64,
                            ),
                        ),
                        (
                            "rate",
                            models.FloatField(
                                help_text="share of the passes, 0 to 1", verbose_name="rate"
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("started", "the segment was seen first"),
                                    ("new_policy", "another policy version holds"),
                                    ("error", "an audit found an error"),
                                    ("unproven", "the error is not shown to be within the limit"),
                                    ("proven", "the error is shown to be safely within the limit"),
                                ],
                                max_length=12,
                                verbose_name="why",
                            ),
                        ),
                        ("audited", models.PositiveIntegerField(verbose_name="audits ruled on")),
                        ("errors", models.PositiveIntegerField(verbose_name="errors found")),
                        ("upper_bound", models.FloatField(verbose_name="upper bound of the error")),
                        ("counted_until", models.DateTimeField()),
                        ("changed_at", models.DateTimeField(verbose_name="changed")),
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
                        (
                            "policy_version",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.policyversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical audit rate",
                        "verbose_name_plural": "historical audit rates",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalContestation",
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
                            "received_at",
                            models.DateTimeField(
                                help_text="when the person's words arrived", verbose_name="received"
                            ),
                        ),
                        ("registered_at", models.DateTimeField(verbose_name="registered")),
                        (
                            "due_at",
                            models.DateTimeField(
                                help_text="UTC instant, GDPR Art. 12(3)", verbose_name="answer due"
                            ),
                        ),
                        ("extended_at", models.DateTimeField(null=True, verbose_name="extended")),
                        (
                            "extension_reason",
                            models.CharField(
                                blank=True,
                                help_text="as the person was told; without personal data",
                                max_length=500,
                            ),
                        ),
                        (
                            "warnings",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="how many warnings were given that this deadline runs out",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("decided", "decided"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("upheld", "the decision stands"),
                                    ("changed", "the decision was changed"),
                                ],
                                max_length=8,
                                verbose_name="result",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="letter sent")),
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
                            "case",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.case",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "letter",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.payload",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="empty: a program did, which the entry names",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "sent_by",
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
                            "statement",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="governance.payload",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical contestation",
                        "verbose_name_plural": "historical contestations",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalShadow",
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
                            "text",
                            models.TextField(
                                help_text="the YAML document that runs beside", verbose_name="text"
                            ),
                        ),
                        (
                            "sha256",
                            models.CharField(
                                help_text="SHA-256 of the text's UTF-8 bytes, hex", max_length=64
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="started")),
                        (
                            "until",
                            models.DateTimeField(
                                help_text="UTC instant, exclusive", verbose_name="until"
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                        (
                            "failure",
                            models.CharField(
                                blank=True, help_text="why it broke off", max_length=500
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
                            "ended_by",
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
                        (
                            "started_by",
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
                        "verbose_name": "historical shadow",
                        "verbose_name_plural": "historical shadows",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalSimulation",
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
                            "text",
                            models.TextField(
                                help_text="the YAML document that is tried", verbose_name="text"
                            ),
                        ),
                        (
                            "sha256",
                            models.CharField(
                                help_text="SHA-256 of the text's UTF-8 bytes, hex", max_length=64
                            ),
                        ),
                        ("period_start", models.DateTimeField(help_text="UTC instant, inclusive")),
                        ("period_end", models.DateTimeField(help_text="UTC instant, exclusive")),
                        (
                            "groups",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                default=list,
                                help_text="facts that mark a group of people, whose rates are compared",
                                size=None,
                            ),
                        ),
                        (
                            "decisions",
                            models.PositiveIntegerField(default=0, help_text="looked at"),
                        ),
                        (
                            "changed",
                            models.PositiveIntegerField(
                                default=0, help_text="whose route or queue would change"
                            ),
                        ),
                        (
                            "differences",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="stored results that the stored inputs do not give again",
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
                        "verbose_name": "historical simulation",
                        "verbose_name_plural": "historical simulations",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalStaffingAlarm",
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
                            "detail",
                            models.CharField(
                                help_text="which condition leaves nobody, without names",
                                max_length=500,
                            ),
                        ),
                        ("raised_at", models.DateTimeField(verbose_name="raised")),
                        ("cleared_at", models.DateTimeField(null=True, verbose_name="cleared")),
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
                            "case",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.case",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical staffing alarm",
                        "verbose_name_plural": "historical staffing alarms",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="MonitorRun",
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
                        ("monitor", models.SlugField(max_length=64, verbose_name="monitor")),
                        ("watches", models.CharField(max_length=24, verbose_name="watches")),
                        (
                            "spec",
                            models.CharField(
                                help_text="digest of the settings it ran with", max_length=64
                            ),
                        ),
                        ("ran_at", models.DateTimeField(verbose_name="ran")),
                        ("window_start", models.DateTimeField(verbose_name="window from")),
                        ("statistic", models.FloatField(null=True, verbose_name="statistic")),
                        ("limit", models.FloatField(null=True, verbose_name="limit")),
                        ("lower_limit", models.FloatField(null=True, verbose_name="lower limit")),
                        ("n", models.PositiveBigIntegerField(verbose_name="items")),
                        ("least", models.PositiveIntegerField(help_text="items that it takes")),
                        (
                            "where",
                            models.CharField(
                                blank=True, help_text="segment or outcome", max_length=200
                            ),
                        ),
                        (
                            "finding",
                            models.CharField(
                                choices=[
                                    ("quiet", "quiet"),
                                    ("alarm", "alarm"),
                                    ("too_few", "not enough data"),
                                ],
                                max_length=8,
                                verbose_name="finding",
                            ),
                        ),
                        (
                            "decision_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="monitor_runs",
                                to="models_registry.decisiontype",
                                verbose_name="decision type",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "look of a monitor",
                        "verbose_name_plural": "looks of monitors",
                        "indexes": [
                            models.Index(
                                fields=["decision_type", "monitor", "-id"], name="looks_of_monitor"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("finding", "too_few"),
                                    models.Q(
                                        ("limit__isnull", False), ("statistic__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="a_finding_has_its_figures",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MonitorAlarm",
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
                        ("monitor", models.SlugField(max_length=64, verbose_name="monitor")),
                        ("watches", models.CharField(max_length=24, verbose_name="watches")),
                        (
                            "raised_to",
                            models.CharField(
                                blank=True,
                                help_text="empty: no level was raised",
                                max_length=12,
                                verbose_name="level raised to",
                            ),
                        ),
                        ("raised_at", models.DateTimeField(verbose_name="raised")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                        (
                            "close_reason",
                            models.CharField(
                                blank=True,
                                help_text="without personal data",
                                max_length=500,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="closed_alarms",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="closed by",
                            ),
                        ),
                        (
                            "decision_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="monitor_alarms",
                                to="models_registry.decisiontype",
                                verbose_name="decision type",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="alarms",
                                to="reviews.monitorrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "alarm of a monitor",
                        "verbose_name_plural": "alarms of monitors",
                        "permissions": [("close_monitoralarm", "Can close alarms of monitors")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("decision_type", "monitor"),
                                name="one_open_alarm_per_monitor",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("close_reason", ""), ("closed_by", None)),
                                    models.Q(
                                        ("closed_by__isnull", False),
                                        ("ended_at__isnull", False),
                                        models.Q(("close_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="closed_alarm_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalMonitorAlarm",
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
                        ("monitor", models.SlugField(max_length=64, verbose_name="monitor")),
                        ("watches", models.CharField(max_length=24, verbose_name="watches")),
                        (
                            "raised_to",
                            models.CharField(
                                blank=True,
                                help_text="empty: no level was raised",
                                max_length=12,
                                verbose_name="level raised to",
                            ),
                        ),
                        ("raised_at", models.DateTimeField(verbose_name="raised")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                        (
                            "close_reason",
                            models.CharField(
                                blank=True,
                                help_text="without personal data",
                                max_length=500,
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
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="closed by",
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
                                verbose_name="decision type",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.monitorrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical alarm of a monitor",
                        "verbose_name_plural": "historical alarms of monitors",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="MonitorState",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "monitor",
                            models.SlugField(help_text="its id in the policy", max_length=64),
                        ),
                        ("watches", models.CharField(max_length=24)),
                        (
                            "spec",
                            models.CharField(help_text="digest of its settings", max_length=64),
                        ),
                        (
                            "next_at",
                            models.DateTimeField(help_text="from when it is to look again"),
                        ),
                        (
                            "fresh_until",
                            models.DateTimeField(
                                help_text="until when its last look with enough data counts",
                                null=True,
                            ),
                        ),
                        (
                            "is_outside",
                            models.BooleanField(
                                default=False,
                                help_text="the last look with data was an alarm: no other is raised",
                            ),
                        ),
                        (
                            "memory",
                            models.JSONField(
                                default=dict, help_text="what a sequential monitor carries on"
                            ),
                        ),
                        (
                            "decision_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="monitor_states",
                                to="models_registry.decisiontype",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["next_at"], name="monitor_due")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("decision_type", "monitor"), name="one_state_per_monitor"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Permit",
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
                        ("outcome", models.CharField(max_length=64)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "verdict_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(),
                                default=list,
                                help_text="empty: the policy passed it",
                                size=None,
                            ),
                        ),
                        ("token", models.TextField(help_text="JWS in compact form")),
                        ("issued_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="permits",
                                to="reviews.decision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "permit",
                        "indexes": [models.Index(fields=["expires_at"], name="permit_runs_out")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                                name="permit_expires_after_issue",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PermitUse",
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
                        ("used_at", models.DateTimeField()),
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="permit_use",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "permit",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="use",
                                to="reviews.permit",
                            ),
                        ),
                        (
                            "used_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="permit_uses",
                                to="governance.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PermitVoid",
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
                                choices=[
                                    ("halt", "a halt was placed"),
                                    ("withdrawn", "the decision was withdrawn"),
                                    ("overruled", "a person ruled otherwise"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("voided_at", models.DateTimeField()),
                        (
                            "halt",
                            models.ForeignKey(
                                help_text="which halt; empty: another reason, or from before this was kept",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="voids",
                                to="models_registry.halt",
                            ),
                        ),
                        (
                            "permit",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="void",
                                to="reviews.permit",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PriorJudgement",
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
                        ("outcome", models.CharField(max_length=64)),
                        ("judged_at", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="prior_judgements",
                                to="reviews.case",
                            ),
                        ),
                        (
                            "judged_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="prior_judgements",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "judged_by"), name="one_prior_judgement"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Queue",
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
                            "rung_within",
                            models.DurationField(
                                default=datetime.timedelta(seconds=14400),
                                help_text="how long an escalated case may wait here",
                                verbose_name="time after escalation",
                            ),
                        ),
                        (
                            "lease_within",
                            models.DurationField(
                                default=datetime.timedelta(seconds=900),
                                help_text="how long a claim holds",
                                verbose_name="lease",
                            ),
                        ),
                        ("is_open", models.BooleanField(default=True, verbose_name="takes cases")),
                        (
                            "escalates_to",
                            models.ForeignKey(
                                blank=True,
                                help_text="empty: late cases end with the fail-safe outcome",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalates_from",
                                to="reviews.queue",
                                verbose_name="escalates to",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "queue",
                        "permissions": [("view_every_queue", "Can look into every queue")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("escalates_to", None),
                                    models.Q(("escalates_to", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="queue_never_escalates_to_itself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("lease_within__gt", datetime.timedelta(0)),
                                    ("rung_within__gt", datetime.timedelta(0)),
                                ),
                                name="queue_times_are_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalQueueMembership",
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
                            "queue",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.queue",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical queue membership",
                        "verbose_name_plural": "historical queue memberships",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalQueue",
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
                            "rung_within",
                            models.DurationField(
                                default=datetime.timedelta(seconds=14400),
                                help_text="how long an escalated case may wait here",
                                verbose_name="time after escalation",
                            ),
                        ),
                        (
                            "lease_within",
                            models.DurationField(
                                default=datetime.timedelta(seconds=900),
                                help_text="how long a claim holds",
                                verbose_name="lease",
                            ),
                        ),
                        ("is_open", models.BooleanField(default=True, verbose_name="takes cases")),
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
                            "escalates_to",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="empty: late cases end with the fail-safe outcome",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.queue",
                                verbose_name="escalates to",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical queue",
                        "verbose_name_plural": "historical queues",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalCase",
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
                                    ("review", "review"),
                                    ("audit", "audit of a passed decision"),
                                    ("contestation", "contestation"),
                                    ("intervention", "intervention after a pass"),
                                ],
                                default="review",
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("claimed", "claimed"),
                                    ("decided", "decided"),
                                    ("withdrawn", "withdrawn"),
                                    ("expired", "expired"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "priority",
                            models.FloatField(
                                help_text="0 to 100, higher is more urgent", verbose_name="priority"
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened")),
                        (
                            "due_at",
                            models.DateTimeField(
                                help_text="UTC instant from which the case is overdue",
                                verbose_name="due",
                            ),
                        ),
                        (
                            "rung",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="how often the case was escalated",
                                verbose_name="rung",
                            ),
                        ),
                        (
                            "verdicts_required",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="distinct people who must rule at least; set when the case opens",
                            ),
                        ),
                        (
                            "quorum",
                            models.JSONField(
                                help_text="the quorum's rule as it was when the case opened (QuorumRule)",
                                null=True,
                            ),
                        ),
                        (
                            "stage_roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SlugField(),
                                help_text="slugs, of which who gives the next ballot holds one; empty: any",
                                null=True,
                                size=None,
                            ),
                        ),
                        (
                            "vetoed_at",
                            models.DateTimeField(
                                help_text="since when the AI's outcome may not be settled on any more",
                                null=True,
                            ),
                        ),
                        (
                            "adjudication",
                            models.BooleanField(
                                default=False,
                                help_text="ballots disagreed: the next verdict decides",
                            ),
                        ),
                        (
                            "blind_first",
                            models.BooleanField(
                                default=False,
                                help_text="the person commits a judgement before seeing the AI's output",
                            ),
                        ),
                        (
                            "fail_safe",
                            models.CharField(
                                choices=[("refuse", "refuse"), ("hold", "hold")],
                                default="hold",
                                max_length=8,
                            ),
                        ),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("lease_expires_at", models.DateTimeField(null=True)),
                        (
                            "claim_number",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="grows with each claim, so that a late answer to an old one is refused",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                        (
                            "final_outcome",
                            models.CharField(
                                blank=True,
                                help_text="the outcome the people settled on; empty: none",
                                max_length=64,
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
                            "claimed_by",
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
                            "decision",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "queue",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.queue",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical case",
                        "verbose_name_plural": "historical cases",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Escalation",
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
                        ("rung", models.PositiveSmallIntegerField()),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("late", "the deadline passed"),
                                    ("disagreement", "the ballots disagreed"),
                                    ("veto", "a ballot vetoed the AI's outcome"),
                                    ("handed_up", "a reviewer handed it up"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("actor", models.CharField(max_length=120)),
                        ("escalated_at", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalations",
                                to="reviews.case",
                            ),
                        ),
                        (
                            "from_queue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalations_out",
                                to="reviews.queue",
                            ),
                        ),
                        (
                            "to_queue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalations_in",
                                to="reviews.queue",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "rung"), name="rung_fires_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QueueMembership",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="queue_memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "queue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="reviews.queue",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "queue membership",
                        "constraints": [
                            models.UniqueConstraint(fields=("queue", "person"), name="member_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recusal",
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
                                choices=[
                                    ("knows_person", "knows the person concerned"),
                                    ("interest", "has an interest in the outcome"),
                                    ("involved", "was involved in the matter before"),
                                    ("other", "another reason, explained"),
                                ],
                                max_length=16,
                                verbose_name="reason",
                            ),
                        ),
                        ("recused_at", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recusals",
                                to="reviews.case",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recusals",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "note",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="recusals",
                                to="governance.payload",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recusals",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "recusal",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("decision", "person"), name="recused_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reversal",
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
                            "outcome",
                            models.CharField(
                                help_text="the outcome that should stand instead", max_length=64
                            ),
                        ),
                        ("ordered_at", models.DateTimeField()),
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversal",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "verdict",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversal",
                                to="reviews.verdict",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalReversalAlarm",
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
                        ("raised_at", models.DateTimeField(verbose_name="raised")),
                        ("cleared_at", models.DateTimeField(null=True, verbose_name="cleared")),
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
                            "reversal",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="reviews.reversal",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical reversal alarm",
                        "verbose_name_plural": "historical reversal alarms",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Execution",
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
                                choices=[("carried_out", "carried out"), ("undone", "undone")],
                                max_length=12,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                help_text="what was carried out, or stands instead", max_length=64
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True,
                                help_text="the caller's own id of the act",
                                max_length=200,
                            ),
                        ),
                        ("executed_at", models.DateTimeField(help_text="as the caller says")),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="executions",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="executions",
                                to="governance.apiclient",
                            ),
                        ),
                        (
                            "permit_use",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="execution",
                                to="reviews.permituse",
                            ),
                        ),
                        (
                            "reversal",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="execution",
                                to="reviews.reversal",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind", "carried_out"),
                                        ("permit_use__isnull", False),
                                        ("reversal", None),
                                    ),
                                    models.Q(
                                        ("kind", "undone"),
                                        ("permit_use", None),
                                        ("reversal__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="execution_rests_on_permit_or_order",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReversalAlarm",
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
                        ("raised_at", models.DateTimeField(verbose_name="raised")),
                        ("cleared_at", models.DateTimeField(null=True, verbose_name="cleared")),
                        (
                            "reversal",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="alarm",
                                to="reviews.reversal",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reversal alarm",
                    },
                ),
                migrations.CreateModel(
                    name="ShadowTally",
                    fields=[
                        (
                            "shadow",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="tally",
                                serialize=False,
                                to="reviews.shadow",
                            ),
                        ),
                        (
                            "looked_until",
                            models.DateTimeField(
                                help_text="decisions received before it were looked at"
                            ),
                        ),
                        ("decisions", models.PositiveIntegerField(default=0)),
                        ("changed", models.PositiveIntegerField(default=0)),
                        (
                            "counts",
                            models.JSONField(
                                default=dict, help_text="routes, and rows of those that differ"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SimulationProgress",
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
                                to="reviews.simulation",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SimulationResult",
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
                        ("json_sha256", models.CharField(max_length=64)),
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="result",
                                to="reviews.simulation",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="StaffingAlarm",
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
                            "detail",
                            models.CharField(
                                help_text="which condition leaves nobody, without names",
                                max_length=500,
                            ),
                        ),
                        ("raised_at", models.DateTimeField(verbose_name="raised")),
                        ("cleared_at", models.DateTimeField(null=True, verbose_name="cleared")),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="staffing_alarms",
                                to="reviews.case",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "staffing alarm",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("cleared_at", None)),
                                fields=("case",),
                                name="one_open_staffing_alarm",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatementReading",
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
                        ("read_at", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statement_readings",
                                to="reviews.case",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statement_readings",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "person"), name="statement_read_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Verdict",
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
                                    ("uphold", "uphold"),
                                    ("override", "override"),
                                    ("reverse", "reverse"),
                                    ("abstain", "abstain"),
                                ],
                                max_length=8,
                                verbose_name="verdict",
                            ),
                        ),
                        ("outcome", models.CharField(blank=True, max_length=64)),
                        ("reason_code", models.CharField(max_length=64, verbose_name="reason")),
                        (
                            "claimed_at",
                            models.DateTimeField(help_text="when the ruling person's claim began"),
                        ),
                        ("ruled_at", models.DateTimeField()),
                        (
                            "stage",
                            models.PositiveSmallIntegerField(
                                help_text="the stage of the quorum that the ballot counted for, from 0",
                                null=True,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="verdicts",
                                to="reviews.case",
                            ),
                        ),
                        (
                            "delegation",
                            models.ForeignKey(
                                help_text="under which the right was lent; empty: it is the person's own",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="used_in",
                                to="governance.delegation",
                            ),
                        ),
                        (
                            "qualification",
                            models.ForeignKey(
                                help_text="the proof that was valid",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="used_in",
                                to="governance.qualification",
                            ),
                        ),
                        (
                            "reason_payload",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="verdicts",
                                to="governance.payload",
                            ),
                        ),
                        (
                            "right",
                            models.ForeignKey(
                                help_text="the right that was used",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="used_in",
                                to="governance.decisionright",
                            ),
                        ),
                        (
                            "ruled_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="verdicts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "verdict",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "ruled_by"), name="one_ballot_per_person"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "abstain"),
                                    models.Q(("outcome", ""), _negated=True),
                                    _connector="XOR",
                                ),
                                name="only_abstaining_names_no_outcome",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Withdrawal",
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
                            models.CharField(help_text="without personal data", max_length=500),
                        ),
                        ("withdrawn_at", models.DateTimeField()),
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="withdrawal",
                                to="reviews.decision",
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="withdrawals",
                                to="governance.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
            ],
        ),
    ]
