"""Every verb, what guards it, and which doors call it: the table.

A verb is a function of a `services` package that acts for somebody: an Actor, a User or an
ApiClient is among what it takes. Adding a row:

    "reviews.things.do_thing": Verb(DOOR, "reviews.api reviews.pages"),

The guards:
- GATE: `reviews.services.rights` judges inside the verb, beside the door's permission.
- CLAIM: only under the caller's own claim, which the gate let them take.
- DOOR: a permission or scope, asked for by each door; `addresses.py` and `administration.py` say
  which, and try it.
- OWN: it looks inside at whose it is: the client's system, the person's report.
- MOTION: the deed of an act that takes more than one person; the deciding vote carries it out, and
  no door but the demonstration's installation comes to it.
- SYSTEM: a sweep, a command or the sign-in; no door that a person or program calls leads to it.
- STEP: part of verbs, inside their transaction.
- READ: changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

GATE, CLAIM, DOOR, OWN = "gate", "claim", "door", "own"
MOTION, SYSTEM, STEP, READ = "motion", "system", "step", "read"


@dataclass(frozen=True)
class Verb:
    guard: str
    called_by: str = ""

    @property
    def doors(self) -> frozenset[str]:
        return frozenset(self.called_by.split())


VERBS = {
    # People, roles, rights.
    "governance.accounts.create_account": Verb(
        DOOR, "governance.admin governance.management reviews.demo"
    ),
    "governance.accounts.set_password": Verb(DOOR, "governance.admin"),
    "governance.accounts.renew_password_hash": Verb(SYSTEM, "governance.roles"),
    "governance.accounts.assign_role": Verb(
        DOOR, "governance.admin governance.management reviews.demo"
    ),
    "governance.accounts.end_role": Verb(DOOR, "governance.admin"),
    "governance.accounts.grant_right": Verb(MOTION, "reviews.demo"),
    "governance.accounts.end_right": Verb(MOTION),
    "governance.accounts.record_qualification": Verb(DOOR, "models_registry.admin reviews.demo"),
    "governance.qualifications.warn_of_lapse": Verb(SYSTEM, "governance.tasks"),
    "governance.api_keys.create_client": Verb(DOOR, "models_registry.admin reviews.demo"),
    "governance.api_keys.issue_key": Verb(DOOR, "models_registry.admin reviews.demo"),
    "governance.api_keys.revoke_key": Verb(DOOR, "models_registry.admin reviews.demo"),
    "governance.sessions.enter_sign_in": Verb(SYSTEM, "governance.pages"),
    "governance.sessions.enter_sign_out": Verb(SYSTEM, "governance.pages"),
    "governance.sessions.enter_refused_factor": Verb(SYSTEM, "governance.pages"),
    "governance.sessions.enter_new_password": Verb(SYSTEM, "governance.pages"),
    "governance.sessions.enter_factor_change": Verb(SYSTEM, "governance.pages"),
    # Notices: each person's own.
    "governance.notice_choices.choose_notices": Verb(OWN, "governance.pages"),
    "governance.notice_choices.choices_of": Verb(READ, "governance.pages"),
    "governance.notice_choices.stays_on": Verb(READ, "governance.pages"),
    "governance.chat_addresses.set_own_chat": Verb(OWN, "governance.pages"),
    "governance.chat_addresses.chat_of": Verb(READ, "governance.pages"),
    "governance.chat_addresses.set_place_chat": Verb(DOOR, "reviews.pages"),
    "governance.chat_addresses.remove_chat": Verb(OWN, "governance.pages reviews.pages"),
    "governance.resending_notices.send_notices_again": Verb(DOOR, "governance.pages"),
    "governance.reading_notices.read_notice": Verb(OWN, "governance.pages"),
    "governance.reading_notices.read_all_notices": Verb(OWN, "governance.pages"),
    # Policies.
    "governance.policies.create_policy": Verb(
        DOOR, "models_registry.admin models_registry.api reviews.demo"
    ),
    "governance.policies.publish_version": Verb(MOTION),
    "governance.policy_drafts.save_draft": Verb(DOOR, "models_registry.api models_registry.pages"),
    "governance.policy_drafts.discard_draft": Verb(
        DOOR, "models_registry.api models_registry.pages"
    ),
    "governance.policy_drafts.close_published_draft": Verb(STEP),
    # What takes more than one person: the act's permission is asked for inside.
    "governance.motions.move": Verb(
        OWN,
        "governance.api governance.management governance.pages models_registry.admin "
        "models_registry.api models_registry.pages reviews.admin reviews.api reviews.demo "
        "reviews.pages",
    ),
    "governance.motions.cast_ballot": Verb(OWN, "governance.api governance.pages reviews.demo"),
    "governance.motions.withdraw_motion": Verb(OWN, "governance.api governance.pages"),
    "governance.motions.why_not": Verb(READ, "governance.pages"),
    "governance.motions.expire_motions": Verb(SYSTEM, "governance.tasks"),
    # Reports and evidence.
    "governance.report_access.may_read_reports": Verb(READ, "governance.api governance.pages"),
    "governance.report_access.readable_reports": Verb(READ, "governance.api governance.pages"),
    "governance.report_access.reportable_systems": Verb(READ, "governance.pages"),
    "governance.reports.request_report": Verb(OWN, "governance.api governance.pages reviews.demo"),
    "governance.reports.finish_report": Verb(SYSTEM, "governance.tasks"),
    "governance.bundle_access.may_see_bundles": Verb(READ, "governance.api governance.pages"),
    "governance.bundle_access.visible_bundles": Verb(READ, "governance.api governance.pages"),
    "governance.bundle_access.file_for": Verb(OWN, "governance.api"),
    "governance.bundles.request_bundle": Verb(
        OWN, "governance.api governance.management governance.pages"
    ),
    "governance.bundles.finish_bundle": Verb(SYSTEM, "governance.tasks"),
    "governance.bundle_files.withdraw_outdated_bundles": Verb(SYSTEM, "governance.tasks"),
    "governance.runs.Runs.ask": Verb(STEP),
    "governance.runs.Runs.take_up": Verb(SYSTEM),
    "governance.runs.Runs.issue": Verb(STEP),
    "governance.runs.Runs.fail": Verb(SYSTEM),
    # Webhooks: a program's own, a person's permission.
    "governance.webhooks.visible_endpoints": Verb(READ, "governance.api governance.pages"),
    "governance.webhooks.create_endpoint": Verb(DOOR, "governance.api governance.pages"),
    "governance.webhooks.change_endpoint": Verb(DOOR, "governance.api governance.pages"),
    "governance.webhooks.rotate_secret": Verb(DOOR, "governance.api governance.pages"),
    "governance.webhooks.pause_endpoint": Verb(DOOR, "governance.api governance.pages"),
    "governance.webhooks.resume_endpoint": Verb(DOOR, "governance.api governance.pages"),
    "governance.webhooks.remove_endpoint": Verb(DOOR, "governance.api governance.pages"),
    "governance.webhooks.ping_endpoint": Verb(DOOR, "governance.api governance.pages"),
    "governance.webhooks.put_aside": Verb(STEP),
    "governance.webhook_choices.faults_of": Verb(READ),
    "governance.webhook_replays.replay_period": Verb(DOOR, "governance.api governance.pages"),
    "governance.webhook_replays.replay_messages": Verb(DOOR, "governance.api"),
    "governance.webhook_replays.redeliver": Verb(DOOR, "governance.api governance.pages"),
    "governance.webhook_watching.give_up_dead_endpoints": Verb(SYSTEM, "governance.tasks"),
    "governance.webhook_watching.give_up": Verb(SYSTEM),
    "governance.standard_roles.add_standard_permissions": Verb(
        DOOR, "governance.admin governance.management"
    ),
    # The ledger.
    "governance.archive_moves.detach_partition": Verb(SYSTEM, "governance.management"),
    "governance.archive_moves.restore_partition": Verb(SYSTEM, "governance.management"),
    "governance.archiving.write_partition": Verb(SYSTEM, "governance.management"),
    "governance.checkpoint_keys.reconcile_keys": Verb(SYSTEM),
    "governance.erasure.erase_subject": Verb(MOTION),
    "governance.ledger_alarms.raise_alarm": Verb(SYSTEM),
    "governance.ledger_alarms.clear_alarm": Verb(SYSTEM),
    "governance.ledger_watching.watch_ledger": Verb(SYSTEM, "governance.tasks"),
    "governance.log_opening.open_log": Verb(SYSTEM),
    "governance.origins.open_origin": Verb(SYSTEM, "governance.management"),
    "governance.replayed_rows.LostRows.bring_back": Verb(STEP),
    "governance.replaying.replay_log": Verb(SYSTEM, "governance.management"),
    "governance.verifying.runs.request_verification": Verb(SYSTEM),
    "governance.verifying.runs.request_due_verification": Verb(SYSTEM, "governance.tasks"),
    "governance.verifying.runs.finish_verification": Verb(SYSTEM, "governance.tasks"),
    "governance.verifying.runs.fail_verification": Verb(SYSTEM, "governance.tasks"),
    "governance.verifying.runs.sweep_verifications": Verb(SYSTEM, "governance.tasks"),
    "governance.witness_push.push_newest_checkpoint": Verb(SYSTEM, "governance.tasks"),
    "governance.witnesses.trust_witness": Verb(DOOR, "governance.admin"),
    "governance.witnesses.distrust_witness": Verb(DOOR, "governance.admin"),
    # The registry.
    "models_registry.classifying.classify_system": Verb(
        DOOR, "models_registry.admin models_registry.api reviews.demo"
    ),
    "models_registry.decision_types.define_decision_type": Verb(
        DOOR, "models_registry.admin models_registry.api reviews.demo"
    ),
    "models_registry.protected_facts.mark_protected_facts": Verb(
        DOOR, "models_registry.admin models_registry.api"
    ),
    "models_registry.levels.raise_level": Verb(
        DOOR, "models_registry.api reviews.demo reviews.pages"
    ),
    "models_registry.levels.raise_for_alarm": Verb(STEP),
    "models_registry.levels.lower_level": Verb(MOTION),
    "models_registry.mandates.issue_mandate": Verb(MOTION),
    "models_registry.mandates.revoke_mandate": Verb(
        DOOR, "models_registry.admin models_registry.api reviews.pages"
    ),
    "models_registry.mandate_warnings.warn_of_mandate": Verb(SYSTEM, "models_registry.tasks"),
    "models_registry.registering.register_system": Verb(
        DOOR, "models_registry.admin models_registry.api reviews.demo"
    ),
    "models_registry.registering.change_status": Verb(
        DOOR, "models_registry.admin models_registry.api reviews.demo"
    ),
    "models_registry.versions.add_version": Verb(
        DOOR, "models_registry.admin models_registry.api reviews.demo"
    ),
    "models_registry.versions.change_version_status": Verb(
        DOOR, "models_registry.admin models_registry.api reviews.demo"
    ),
    # Monitors.
    "reviews.monitoring.run_monitor": Verb(SYSTEM, "reviews.demo reviews.tasks"),
    "reviews.monitor_alarms.raise_alarm": Verb(STEP),
    "reviews.monitor_alarms.end_alarm": Verb(STEP),
    "reviews.monitor_alarms.close_alarm": Verb(DOOR, "reviews.api reviews.pages"),
    # Industry templates: the permission to load, and those to move, are asked for inside.
    "reviews.templates.load_template": Verb(OWN, "reviews.api reviews.management reviews.pages"),
    # Cases and verdicts.
    "reviews.claiming.claim_case": Verb(
        GATE, "reviews.admin reviews.api reviews.demo reviews.pages"
    ),
    "reviews.claiming.claim_next": Verb(GATE, "reviews.api reviews.pages"),
    "reviews.claiming.release_case": Verb(CLAIM, "reviews.admin reviews.api reviews.pages"),
    "reviews.claiming.extend_claim": Verb(CLAIM, "reviews.api reviews.pages"),
    "reviews.claiming.release_lapsed_claim": Verb(SYSTEM, "reviews.tasks"),
    "reviews.claiming.held_case": Verb(STEP),
    "reviews.claiming.hold": Verb(STEP),
    "reviews.pausing.pause_case": Verb(OWN, "reviews.api reviews.pages"),
    "reviews.resuming.resume_case": Verb(OWN, "reviews.api reviews.pages"),
    "reviews.resuming.end_lapsed_pause": Verb(SYSTEM, "reviews.tasks"),
    "reviews.resuming.resume": Verb(STEP),
    "reviews.resuming.end_pause": Verb(STEP),
    "reviews.claiming.check_claims_left": Verb(STEP),
    "reviews.interventions.open_intervention": Verb(GATE, "reviews.api reviews.pages"),
    "reviews.interventions.may_look_into": Verb(READ, "reviews.pages"),
    "reviews.interventions.windows_for": Verb(READ, "reviews.pages"),
    "reviews.audit_rates.adapt_audit_rates": Verb(SYSTEM, "reviews.tasks"),
    "reviews.reversal_alarms.raise_reversal_alarm": Verb(SYSTEM, "reviews.tasks"),
    "reviews.reversal_alarms.clear_reversal_alarm": Verb(STEP),
    "reviews.deciding.record_verdict": Verb(GATE, "reviews.api reviews.demo reviews.pages"),
    "reviews.deciding.commit_judgement": Verb(CLAIM, "reviews.api reviews.demo reviews.pages"),
    "reviews.escalation.hand_up": Verb(CLAIM, "reviews.api reviews.demo reviews.pages"),
    "reviews.escalation.escalate_late_case": Verb(SYSTEM, "reviews.tasks"),
    "reviews.escalation.escalate_late_cases": Verb(SYSTEM, "reviews.tasks"),
    "reviews.escalation.climb_for_alarm": Verb(SYSTEM, "reviews.tasks"),
    "reviews.impacts.correct_impact": Verb(CLAIM, "reviews.api"),
    "reviews.climbing.climb": Verb(STEP),
    "reviews.climbing.climb_all": Verb(STEP),
    "reviews.ladder_versions.create_ladder": Verb(DOOR, "reviews.admin"),
    "reviews.ladder_versions.publish_ladder": Verb(DOOR, "reviews.admin"),
    "reviews.rights.judgement": Verb(READ),
    "reviews.rights.entitlement": Verb(READ),
    "reviews.rights.rulable_by": Verb(READ),
    "reviews.routing.open_case": Verb(STEP),
    "reviews.eligibility.eligibility": Verb(READ, "reviews.api reviews.pages"),
    # The policy lab: the right to try a draft is asked for inside too.
    "reviews.threshold_questions.ask_for_threshold": Verb(OWN, "reviews.api"),
    "reviews.simulating.request_simulation": Verb(OWN, "reviews.api reviews.demo reviews.pages"),
    "reviews.simulating.cancel_simulation": Verb(OWN, "reviews.api reviews.pages"),
    "reviews.simulating.finish_simulation": Verb(SYSTEM, "reviews.tasks"),
    "reviews.shadowing.start_shadow": Verb(OWN, "reviews.api reviews.demo reviews.pages"),
    "reviews.shadowing.end_shadow": Verb(OWN, "reviews.api reviews.pages"),
    "reviews.shadowing.advance_shadow": Verb(SYSTEM, "reviews.tasks"),
    "reviews.shadowing.break_off_shadow": Verb(SYSTEM, "reviews.tasks"),
    # Around rulings: whose it is, or whether they manage others', is asked for inside.
    "reviews.recusing.recuse": Verb(OWN, "reviews.api reviews.pages"),
    "reviews.absences.record_absence": Verb(OWN, "reviews.admin reviews.api reviews.pages"),
    "reviews.absences.end_absence": Verb(OWN, "reviews.admin reviews.api reviews.pages"),
    "reviews.delegating.delegate": Verb(DOOR, "reviews.api reviews.pages"),
    "reviews.delegating.revoke_delegation": Verb(OWN, "reviews.admin reviews.api reviews.pages"),
    "reviews.delegating.lendable": Verb(READ),
    "reviews.delegating.may_rule": Verb(READ),
    "reviews.conflicts.record_conflict": Verb(DOOR, "reviews.admin reviews.api"),
    "reviews.conflicts.end_conflict": Verb(DOOR, "reviews.admin reviews.api"),
    "reviews.ending_claims.end_claims": Verb(STEP),
    "reviews.ending_claims.end_unentitled_claim": Verb(SYSTEM, "reviews.tasks"),
    # Contestations. A program's own system is looked for by the door, as `addresses.py` tries.
    "reviews.contesting.register_contestation": Verb(DOOR, "reviews.api reviews.pages"),
    "reviews.contesting.extend_contestation": Verb(DOOR, "reviews.api reviews.pages"),
    "reviews.contesting.withdraw_contestation": Verb(DOOR, "reviews.api reviews.pages"),
    "reviews.contesting.read_statement": Verb(CLAIM, "reviews.api reviews.pages"),
    "reviews.contesting.warn_of_clock": Verb(SYSTEM, "reviews.tasks"),
    "reviews.contesting.close_decided": Verb(STEP),
    "reviews.contesting.close_with_its_decision": Verb(STEP),
    "reviews.letters.make_letter": Verb(DOOR, "reviews.api reviews.pages"),
    "reviews.letters.mark_letter_sent": Verb(DOOR, "reviews.api reviews.pages"),
    # What a program does with its decisions.
    "reviews.intake.submit_decision": Verb(OWN, "reviews.api"),
    "reviews.submission.check": Verb(READ),
    "reviews.closing.withdraw_decision": Verb(OWN, "reviews.api"),
    "reviews.closing.record_truth": Verb(OWN, "reviews.api"),
    "reviews.executing.consume_permit": Verb(OWN, "reviews.api"),
    "reviews.executing.inspect_permit": Verb(OWN, "reviews.api"),
    "reviews.executing.record_execution": Verb(OWN, "reviews.api"),
    "reviews.executing.confirm_undone": Verb(OWN, "reviews.api"),
    "reviews.executing.renew_permit": Verb(OWN, "reviews.api"),
    # Stops and queues.
    "reviews.halting.place_halt": Verb(
        DOOR, "reviews.admin reviews.api reviews.demo reviews.management reviews.pages"
    ),
    "reviews.halting.lift_halt": Verb(MOTION),
    "reviews.queues.create_queue": Verb(DOOR, "reviews.admin reviews.demo"),
    "reviews.queues.open_or_close_queue": Verb(DOOR, "reviews.admin"),
    "reviews.queues.add_member": Verb(DOOR, "reviews.admin reviews.demo"),
    "reviews.calendars.create_calendar": Verb(DOOR, "reviews.admin"),
    "reviews.queues.remove_member": Verb(DOOR, "reviews.admin"),
}

# What a door writes itself, and why that is no way around a verb.
WRITTEN_BY_DOORS = {
    # The administration's form is the verb of rows that have no other: one transaction with its
    # history and entry. Which fields, `CHANGED_BY_FORM` says.
    "governance/admin/base.py add_by_verb: record.keep",
    "governance/admin/base.py save_model: record.keep",
    "governance/admin/base.py delete_model: obj.delete_by",
    # Answers that are kept for a day: no part of the record.
    "governance/api/idempotency.py idempotent: IdempotentAnswer.objects.update_or_create",
    "governance/api/idempotency.py answer: IdempotentAnswer.objects.update_or_create",
    "governance/tasks.py forget_old_answers: "
    "IdempotentAnswer.objects.outlived(timezone.now()).delete",
    # Signs of life: no part of the record.
    "config/heartbeat.py _begin: Heartbeat.objects.bulk_create",
    # A digest, no row.
    "reviews/demo/linear.py artefact_sha256: digest.update",
}

# Model -> the fields that the administration's form may change, and whether it makes the row.
CHANGED_BY_FORM = {
    "governance.User": "display_name email is_active",
    "governance.ReviewerRole": "name description permissions max_claims",
    "governance.ApiClient": "name systems owner is_active",
    "governance.Qualification": "valid_until",
    "governance.Policy": "name owner",
    "models_registry.AISystem": "name intended_purpose organisation roles owner sector "
    "registration_id",
    "models_registry.ModelVersion": "limits",
    "models_registry.DecisionType": "name question policy protected",
    "reviews.Calendar": "name time_zone hours country subdivision closed_days working_days",
    "reviews.Queue": "name escalates_to ladder rung_within lease_within",
    "reviews.Ladder": "name",
}
MADE_BY_FORM = {"governance.ReviewerRole"}
DELETED_BY_FORM = {"governance.ReviewerRole"}
