"""Who may rule on a matter, and why or why not. Pure: no database, no settings, no clock.

Four conditions, each with its sentence: a decision right, competence, separation, sight of the
queue. Every door asks through `reviews.services.rights`; the alarm that nobody may rule, and the
answer to "why may I not?", are the same judgement.
Source: Regulation (EU) 2024/1689 Art. 14(4), 26(2).
"""

from governance.rights.candidate import Candidate, Proof
from governance.rights.held import HeldRight, Loan
from governance.rights.judging import Condition, Finding, Judgement, judge
from governance.rights.matter import Matter

__all__ = [
    "Candidate",
    "Condition",
    "Finding",
    "HeldRight",
    "Judgement",
    "Loan",
    "Matter",
    "Proof",
    "judge",
]
