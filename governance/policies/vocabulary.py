"""The closed sets of words that policies, facts and evaluations are made of."""

from enum import StrEnum


class Mode(StrEnum):
    """Oversight modes: a human in the loop, on the loop, in command."""

    HITL = "hitl"
    HOTL = "hotl"
    HIC = "hic"


class Level(StrEnum):
    """Intervention levels, from none to a stop, in rising order."""

    NORMAL = "normal"
    SAMPLED = "sampled"
    ALL_HUMAN = "all_human"
    HALTED = "halted"

    def is_above(self, other: "Level") -> bool:
        levels = list(Level)
        return levels.index(self) > levels.index(other)


class Effect(StrEnum):
    """What a decision does to the person concerned, in the words of GDPR Art. 22(1)."""

    NONE = "none"
    SIMILAR = "similar"
    LEGAL = "legal"


class Disposition(StrEnum):
    """What becomes of a decision: it may be carried out, a person rules, it is refused."""

    PASS = "pass"
    REVIEW = "review"
    BLOCK = "block"


class Ground(StrEnum):
    """The exceptions of GDPR Art. 22(2) from the right to a decision by a person."""

    CONTRACT = "contract"
    LAW = "law"
    EXPLICIT_CONSENT = "explicit_consent"


class ReviewerSees(StrEnum):
    """Whether a reviewer sees the AI's output at once, or after a judgement of their own."""

    SHOWN = "shown"
    BLIND_FIRST = "blind_first"


class FailSafe(StrEnum):
    """What becomes of a case that nobody ruled on. To approve is not among the words."""

    REFUSE = "refuse"
    HOLD = "hold"


class VerdictWord(StrEnum):
    """What a person may rule."""

    UPHOLD = "uphold"
    OVERRIDE = "override"
    REVERSE = "reverse"
    ABSTAIN = "abstain"
