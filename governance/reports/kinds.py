"""The kinds of reports, as data: what each is called, which law it speaks to, what it claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from governance.reports.document import Definition


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One kind of report. `intro` says what it shows and what it cannot show."""

    id: str
    title: str
    law: str
    intro: str
    definitions: tuple[Definition, ...]


_SHARED: Final = (
    Definition("Decision", "one output of the AI system, never a person's ruling"),
    Definition("Verdict", "a person's ruling on a case: uphold, override, reverse or abstain"),
    Definition("Case", "a decision that waits for a person"),
    Definition(
        "Override", "a verdict that replaces the outcome the AI system proposed by another one"
    ),
    Definition("Cut-off", "the instant up to which records count as known in this report"),
)

HUMAN_OVERSIGHT: Final = ReportKind(
    id="human_oversight",
    title="Human oversight and logging report",
    law="Regulation (EU) 2024/1689 (AI Act), Articles 12, 14, 19 and 26",
    intro=(
        "This report shows how people oversaw one AI system in one period, and how that was "
        "logged: who could decide, what they saw, what they changed, how the system could be "
        "stopped, and what the record holds of it. It shows what was recorded. It cannot show "
        "what people thought, nor work that was done outside the system."
    ),
    definitions=(
        *_SHARED,
        Definition("Control case", "a case whose right outcome is known, and never carried out"),
        Definition("Halt", "the stop of Article 14(4)(e)"),
    ),
)

AUTOMATED_DECISIONS: Final = ReportKind(
    id="automated_decisions",
    title="Automated decision-making report",
    law="Regulation (EU) 2016/679 (GDPR), Article 22",
    intro=(
        "This report shows which decisions with legal or similarly significant effects an AI "
        "system took part in, how much a person settled in them, and how people used their "
        "rights to an intervention, to be heard and to contest. Whether a decision was based "
        "solely on automated processing is a question of law; the figures here are what an "
        "answer can start from."
    ),
    definitions=(
        *_SHARED,
        Definition(
            "Adverse outcome",
            "an outcome that the decision type marks as a disadvantage to a person",
        ),
        Definition(
            "Dependence U",
            "how far the AI system's output settles the final decision, from 0 (not) to 1 (wholly)",
        ),
        Definition("Contestation", "a person's challenge of a decision under Article 22(3)"),
    ),
)

KINDS: Final[Mapping[str, ReportKind]] = {
    kind.id: kind for kind in (HUMAN_OVERSIGHT, AUTOMATED_DECISIONS)
}
