"""The oversight report of a week whose twelve decisions can be counted by hand."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from governance.ledger import record
from governance.models import Qualification
from governance.reports.blocks import Table
from governance.reports.chart_blocks import BarChart, Histogram
from governance.services.accounts import record_qualification
from models_registry.models import Halt
from reviews.models import Case, PermitUse, VerdictKind
from reviews.services.delegating import delegate
from reviews.services.queues import add_member
from tests.factories import change
from tests.reviews.report_sections.conftest import Made
from tests.reviews.report_sections.world import (
    SET_UP,
    SETTER,
    at,
    build_world,
    person,
    twelve_decisions,
)

SHARES = {
    "Decisions a person looked at": (7, 12),
    "Override rate (M1)": (3, 7),
    "Override precision (M2)": (2, 3),
    "Error catch rate from known outcomes (M3)": (2, 3),
    "False override rate (M4)": (1, 2),
    "Overrides with effect": (1, 3),
    "Verdicts under the floor (M9)": (1, 8),
    "Overrides that needed nobody's further approval (M12)": (3, 3),
    "Competence coverage (M14)": (8, 8),
    "Cases escalated": (1, 11),
    "Decided in time (M16)": (7, 7),
    "Oversight coverage (M20)": (2, 2),
    "Reviewed outputs with a stated confidence": (7, 7),
}
VALUES = {
    "Decisions received": 12,
    "Reversals ordered": 1,
    "Carried out under a halt (M15)": 0,
    # 8, 20, 30, 45, 60, 60, 90, 120 seconds.
    "Time to verdict, median (M9)": Decimal("52.5"),
    "Time to verdict, 10th percentile (M9)": Decimal("16.4"),
    "Time to uphold, median (M12)": Decimal(45),
    "Time to override or reverse, median (M12)": Decimal(90),
    # From opening to decision: 2, 4, 9, 14, 16, 18, 20 whole minutes.
    "Age at the decision, 90th percentile (M16)": Decimal("18.8"),
}
RESULTS = {
    "mode-per-type": "met",
    "qualified-reviewers": "met",
    "article-14-4-a": "partly",
    "article-14-4-b": "partly",
    "article-14-4-c": "not_assessable",
    "article-14-4-d": "met",
    "article-14-4-e": "met",
    "verdict-before-execution": "met",
    "log-continuity": "met",
    "log-retention": "not_assessable",
}


def test_figures_and_findings_are_those_counted_by_hand(oversight):
    assert {label: oversight.counts(label) for label in SHARES} == SHARES
    assert {label: oversight.figure(label).value for label in VALUES} == VALUES
    assert {check: oversight.result(check) for check in RESULTS} == RESULTS


def test_decisions_stand_by_type_mode_outcome_and_review(oversight):
    assert oversight.table("Decisions by type, mode, outcome and review") == (
        ("loan", "hitl", "approve", "passed without a person", 2),
        ("loan", "hitl", "approve", "passed, audited afterwards", 2),
        ("loan", "hitl", "approve", "reviewed", 2),
        ("loan", "hitl", "deny", "awaiting a verdict", 1),
        ("loan", "hitl", "deny", "blocked", 1),
        ("loan", "hitl", "deny", "nobody ruled in time", 1),
        ("loan", "hitl", "deny", "reviewed", 3),
    )


def test_reasons_halts_and_escalations_are_listed(oversight):
    reasons = oversight.table("Reasons for overriding and reversing, most frequent first")
    assert reasons == (("income-misread", "override", 2), ("income-misread", "reverse", 1))
    (halt,) = oversight.table("Halts and drills")
    assert halt[1:4] == ("the system", "halt", "Scores look wrong")
    assert oversight.table("Escalations in the period") == (("late", 1, "senior", 1),)


def test_overrides_are_drawn_beside_known_and_expected_error(oversight):
    chart = next(c for c in oversight.blocks(BarChart) if "confidence" in c.title)
    assert chart.categories == ("below 0.50", "0.50 to 0.70", "0.70 to 0.85", "0.95 and above")
    by_name = {series.name: series.values for series in chart.series}
    third = Decimal("0.333333")
    assert by_name["Overridden"] == (1, third, 0, Decimal("0.5"))
    assert by_name["Wrong"] == (0, Decimal("0.666667"), None, 1)
    assert by_name["Expected"] == (
        Decimal("0.6"),
        Decimal("0.4"),
        Decimal("0.2"),
        Decimal("0.035"),
    )


def test_times_are_drawn_with_the_floor(oversight):
    (chart,) = oversight.blocks(Histogram)
    assert chart.counts == (1, 0, 1, 2, 3, 1, 0, 0, 0)
    assert chart.floor.value == 10


def test_what_waited_at_the_cut_off_is_drawn_by_age(oversight):
    chart = next(c for c in oversight.blocks(BarChart) if "waited" in c.title)
    waiting = {series.name: sum(series.values) for series in chart.series}
    # Two audits of passes, and r6.
    assert waiting == {"Not escalated": 3, "Escalated": 0}


def test_a_lapsed_qualification_is_a_violation_with_its_rows(world):
    made = twelve_decisions(world)
    late = Qualification.objects.filter(person=world.reviewers[1]).get()
    late.valid_until = at(10)
    with transaction.atomic():
        record.keep(late, "test.qualification.ended", actor=SETTER, at=at(60 * 30))
    found = Made("human_oversight", world.period)
    # One verdict of the second reviewer lies after that: the override of r3.
    assert found.counts("Competence coverage (M14)") == (7, 8)
    assert found.result("qualified-reviewers") == "not_met"
    violation = {row[0]: row[1:] for row in found.table("Violations, which must be none")}
    verdict = Case.objects.get(decision=made["r3"]).verdicts.get()
    assert violation["Verdict without a valid qualification"] == (1, str(verdict.pk))


def test_a_permit_used_under_a_halt_is_a_violation(busy):
    """The product refuses it; a halt entered later for an earlier time stands in for the fault."""
    use = PermitUse.objects.order_by("used_at").last()
    halt = Halt(
        system=busy.system,
        reason="backdated",
        placed_at=use.used_at - timedelta(seconds=1),
        placed_by_label="test",
    )
    change(halt)
    found = Made("human_oversight", busy.period)
    assert found.figure("Carried out under a halt (M15)").value == 1
    assert found.figure("Carried out under a halt (M15)").sample == (str(use.pk),)
    assert found.result("article-14-4-e") == "not_met"


def test_a_use_before_the_verdict_is_a_violation(busy):
    """The product refuses it; a case closed later than its permit's use stands in for the fault."""
    use = PermitUse.objects.order_by("used_at").last()
    case = Case.objects.get(decision=use.decision_id, kind="review")
    case.closed_at = use.used_at + timedelta(seconds=1)
    change(case)
    found = Made("human_oversight", busy.period)
    assert found.counts("Oversight coverage (M20)") == (1, 2)
    assert found.result("verdict-before-execution") == "not_met"


def test_nothing_that_came_after_the_cut_off_is_seen(busy):
    before = Made("human_oversight", busy.period).sections
    late = busy.period.cut_off + timedelta(hours=1)
    busy.submit("later", "deny", "0.5", at=late)
    waiting = Case.objects.get(decision__external_id="r6")
    busy.rule(waiting.decision, VerdictKind.UPHOLD, at=late, after=30)
    corrected = Case.objects.get(decision__external_id="r4")
    busy.truth(corrected.decision, "approve", at=late)
    after = Made("human_oversight", busy.period).sections
    assert after == before


def test_an_empty_system_says_everywhere_why_there_is_nothing(db):
    world = build_world()
    found = Made("human_oversight", world.period)
    said = {id: section.empty_because for id, section in found.sections.items()}
    assert said["decisions"] == "No decision was received in the period."
    assert said["interventions"] == "No case was decided in the period, and no halt was placed."
    assert said["escalations"] == "No case was opened in the period."
    assert said["time"] == "No verdict was given in the period, so no time is known."
    for check in ("a", "b", "c", "d"):
        assert found.result(f"article-14-4-{check}") == "not_assessable"
    assert found.figure("Override rate (M1)").value is None
    assert "no share" in found.figure("Override rate (M1)").not_assessable


def test_what_was_registered_after_the_cut_off_is_not_known(world):
    period = world.period
    early = type(period)(
        period.system_id,
        period.system_slug,
        SET_UP - timedelta(days=8),
        SET_UP - timedelta(days=2),
        SET_UP - timedelta(days=1),
    )
    found = Made("human_oversight", early)
    assert "registered after" in found.sections["system_card"].empty_because
    assert "No decision type" in found.sections["oversight_design"].empty_because
    assert "not classified" in found.sections["obligations"].empty_because


def test_every_figure_with_rows_behind_it_names_some(oversight):
    named = {
        figure.label
        for figure in oversight.blocks(type(oversight.figure("Cases escalated")))
        if figure.sample
    }
    assert {"Decisions received", "Override rate (M1)", "Cases escalated"} <= named


def test_verdicts_under_a_delegation_are_counted_by_pair(world):
    lender, borrower = world.reviewers[0], person("tara", "reviewer")
    add_member(queue=world.queue, person=borrower, actor=SETTER, now=SET_UP)
    record_qualification(
        person=borrower, kind=Qualification.Kind.TRAINING, system="loans", proof="course 12",
        valid_until=None, actor=SETTER, now=SET_UP,
    )  # fmt: skip
    delegate(
        delegator=lender, delegate=borrower, valid_until=at(60 * 24), reason="Leave.", now=at(0)
    )
    world.reviewers.append(borrower)
    decision = world.submit("d1", "deny", "0.60", impact=5000)
    world.rule(decision, VerdictKind.UPHOLD, at=at(12), after=30, by=2)

    made = Made("human_oversight", world.period)

    both = f"{borrower.pseudonym} for {lender.pseudonym}"
    assert made.table("Verdicts under a delegation") == ((both, 1),)


def test_where_nothing_was_lent_there_is_no_such_table(oversight):
    captions = {table.caption for table in oversight.blocks(Table)}

    assert "Competence matrix" in captions
    assert "Verdicts under a delegation" not in captions
