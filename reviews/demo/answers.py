"""The demo systems' answers to the classification questionnaire, as the invented clinic gives them.

The clinic is a body governed by public law; its medical systems are devices of class IIa or higher
by an outside maker, in service since before the duties for them apply.
"""

from __future__ import annotations

from models_registry.classification import Answers

_PRACTICES = ("a", "b", "ba", "bb", "c", "d", "e", "f", "g", "h")

_ALL: Answers = {
    "Q0": "yes",
    "Q1.1": "yes",
    "Q1.2": [],
    **{f"Q3.{practice}": "no" for practice in _PRACTICES},
    **{f"Q5.{point}": [] for point in range(1, 9)},
    **{f"Q8.{number}": "no" for number in range(1, 6)},
    "Q9.1": "no",
    "Q9.4": "no",
    "Q13": "yes",
    "Q14": [],
    "Q16": "sme",
}

_DEVICE: Answers = {
    **_ALL,
    "Q2.1": ["deployer"],
    "Q2.2": [],
    "Q4.1": "product",
    "Q4.2": "yes",
    "Q4.3": "section_a",
    "Q10.1": "yes",
    "Q10.2": "no",
    "Q10.3": "yes",
    "Q11": ["public_body"],
    "Q12.1": "yes",
    "Q12.2": ["controller"],
    "Q12.3": "yes",
    "Q12.4": "no",
    "Q12.6": "yes",
    "Q12.7": ["evaluation", "special"],
    "Q12.8": "no",
    "Q12.9": "no",
    "Q15": "no",
}

DIAGNOSIS: Answers = _DEVICE
TRIAGE: Answers = _DEVICE
DIGITS: Answers = {
    **_ALL,
    "Q2.1": ["provider", "deployer"],
    "Q4.1": "none",
    "Q12.1": "no",
}
