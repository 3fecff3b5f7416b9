"""From answers to an outcome. Pure: the same answers and questionnaire give the same outcome."""

from types import MappingProxyType

from governance.obligations import Law, Role, SystemClass, Trait, law, matching

from .errors import Incomplete
from .load import questionnaire as current_questionnaire
from .marks import Flag, RiskClass
from .outcome import Outcome
from .questionnaire import Question, Questionnaire
from .walk import Answers, Walk, walk


def classify(
    answers: Answers,
    questionnaire: Questionnaire | None = None,
    known_law: Law | None = None,
) -> Outcome:
    """Classify a system under Regulation (EU) 2024/1689, and see which data protection rules bind.

    `answers`: question id to "yes", "no", an option, a list of options, or "uncertain", which is
    taken as the stricter answer and leaves a task.
    Raises AnswerInvalid for an unknown question or value, Incomplete if an asked question has no
    answer. Source: Articles 2, 3, 5, 6, 25, 26, 27, 50, 53, 111, Annexes I and III; GDPR.
    """
    asked = questionnaire or current_questionnaire()
    walked = walk(answers, asked)
    if walked.pending:
        raise Incomplete(tuple(question.id for question in walked.pending))
    return _outcome(walked, asked, known_law or law())


def next_questions(
    answers: Answers, questionnaire: Questionnaire | None = None
) -> tuple[Question, ...]:
    """The questions to show now: asked for certain and not answered. Empty when complete.

    Raises AnswerInvalid as `classify` does.
    """
    return tuple(walk(answers, questionnaire or current_questionnaire()).pending)


def is_current(law_version: str, questionnaire: Questionnaire | None = None) -> bool:
    """Whether a stored classification still rests on today's law and questions.

    If not, it is to be re-run with the stored answers; its outcome stays on record as it was.
    """
    return law_version == (questionnaire or current_questionnaire()).law_version


def _outcome(walked: Walk, questionnaire: Questionnaire, known_law: Law) -> Outcome:
    known = walked.known
    if not any(isinstance(item, RiskClass) for item in known.marks):
        known.marks.add(RiskClass.M)
    classes = [item for item in known.marks if isinstance(item, RiskClass)]
    meanings = [meaning for item, meaning in questionnaire.meanings.items() if item in known.marks]
    system_classes = frozenset(kind for meaning in meanings for kind in meaning.classes)
    traits = frozenset(trait for meaning in meanings for trait in meaning.traits)
    return Outcome(
        law_version=questionnaire.law_version,
        classes=tuple(sorted(classes, key=lambda item: -item.severity)),
        flags=frozenset(item for item in known.marks if isinstance(item, Flag)),
        roles=frozenset(known.roles),
        system_classes=system_classes,
        traits=traits,
        path=tuple(walked.steps),
        tasks=tuple(walked.tasks),
        obligations=_switched_on(walked, questionnaire, known_law, system_classes, traits),
        not_asked=tuple(walked.not_asked),
    )


def _switched_on(
    walked: Walk,
    questionnaire: Questionnaire,
    known_law: Law,
    system_classes: frozenset[SystemClass],
    traits: frozenset[Trait],
) -> MappingProxyType[Role, tuple[str, ...]]:
    chosen: dict[Role, set[str]] = {}
    for switch in questionnaire.switches:
        if not switch.condition.holds(walked.known):
            continue
        for role in switch.roles & walked.known.roles:
            for pattern in switch.obligations:
                for key in matching(pattern, known_law):
                    obligation = known_law.obligations[key]
                    if obligation.attaches_to(system_classes, frozenset({role}), traits):
                        chosen.setdefault(role, set()).add(key)
    order = {key: place for place, key in enumerate(known_law.obligations)}
    return MappingProxyType(
        {role: tuple(sorted(chosen[role], key=lambda key: order[key])) for role in sorted(chosen)}
    )
