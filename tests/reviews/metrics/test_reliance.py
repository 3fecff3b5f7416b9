"""The counts behind M1 to M6."""

from reviews.metrics.reliance import Reliance, reliance, self_reliance


def test_each_case_is_counted_by_output_verdict_and_truth():
    counts = {
        ("deny", "approve", "approve"): 3,  # wrong output, caught
        ("deny", "deny", "approve"): 2,  # wrong output, missed
        ("deny", "deny", "deny"): 5,  # right output, kept
        ("deny", "approve", "deny"): 1,  # right output, overridden
        ("deny", "refer", "approve"): 4,  # wrong output, caught, and wrongly corrected
        ("deny", "approve", None): 7,
        ("deny", "deny", None): 8,
    }
    found = reliance(counts)
    assert found == Reliance(
        decided=30,
        overridden=15,
        judged_overrides=8,
        right_overrides=3,
        errors=9,
        hits=7,
        correct=6,
        false_alarms=1,
    )
    assert found.judged == 15


def test_own_judgement_is_kept_or_given_up():
    found = self_reliance(
        {
            ("deny", "approve", "approve", "approve"): 3,  # right, against a wrong output: kept
            ("deny", "approve", "deny", "approve"): 2,  # right, against a wrong output: given up
            ("deny", "approve", "deny", "deny"): 4,  # wrong, beside a right output: given up
            ("deny", "approve", "approve", "deny"): 1,  # wrong, beside a right output: kept
            ("deny", "deny", "deny", "deny"): 9,  # nothing to choose between
        }
    )
    assert (found.kept_own, found.took_advice) == ((3, 5), (4, 5))
