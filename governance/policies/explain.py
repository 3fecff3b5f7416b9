"""An evaluation in words, for people who read no code."""

from governance.policies.evaluation import Evaluation, RuleTrace, TriggerTrace
from governance.policies.expression.sentences import sentence
from governance.policies.vocabulary import Disposition
from governance.quorum import QuorumRule, Stage

HEADLINES = {
    Disposition.PASS: "The decision may be carried out.",
    Disposition.REVIEW: "A person must rule on the decision.",
    Disposition.BLOCK: "The decision must not be carried out.",
}
FOUND = {True: "applies", False: "does not apply", None: "could not be decided"}


def explain(evaluation: Evaluation) -> list[str]:
    """Sentences in the order in which to read them: what, why, who looks, and rule by rule."""
    said = [HEADLINES[evaluation.disposition]]
    said += [reason.sentence for reason in evaluation.reasons]
    if evaluation.audit_sampled:
        said.append("It was drawn for an audit: a person looks at it afterwards.")
    if evaluation.queue is not None:
        people = "1 verdict" if evaluation.verdicts == 1 else f"{evaluation.verdicts} verdicts"
        said.append(f'The case goes to the queue "{evaluation.queue}" and takes {people}.')
    said += _quorum(evaluation)
    if evaluation.ladder is not None:
        said.append(f'When it is late it climbs the ladder "{evaluation.ladder}".')
    if evaluation.blind_first:
        said.append("The reviewer judges before seeing what the AI system said.")
    for trace in evaluation.trace:
        said += _rule(trace)
    for trigger in evaluation.triggers:
        said += _trigger(trigger)
    return said


def _quorum(evaluation: Evaluation) -> list[str]:
    """What the quorum asks, where there is more to say than how many verdicts it takes."""
    quorum = evaluation.quorum
    if quorum is None:
        return []
    said = []
    if quorum.preset:
        stages = "; then ".join(_stage(stage) for stage in quorum.stages)
        said.append(f"The {_named(quorum)} holds: {stages}.")
    asking = [trigger.title for trigger in evaluation.triggers if trigger.asks]
    if asking:
        titles = ", ".join(f'"{title}"' for title in asking)
        said.append(f"It is the strictest of what rules, defaults and triggers ask for: {titles}.")
    return said


def _stage(stage: Stage) -> str:
    people = "1 person" if stage.panel == 1 else f"{stage.required} of {stage.panel} people"
    roles = f", each of the role {' or '.join(stage.roles)}" if stage.roles else ""
    veto = ", one ballot against the AI system ending it" if stage.veto else ""
    return f'in "{stage.name}" {people}{roles}{veto}'


def _named(quorum: QuorumRule) -> str:
    people = "1 person" if quorum.people == 1 else f"{quorum.people} people"
    return f'quorum "{quorum.preset}" of {people}'


def _trigger(trigger: TriggerTrace) -> list[str]:
    looked = trigger.looked
    asks = f"asks for the {_named(trigger.quorum)}"
    if looked.result is None:
        told = f"could not be decided, so that it {asks}"
    else:
        told = f"applies and {asks}" if looked.result else "does not apply"
    return [f'Quorum trigger "{trigger.title}" {told}.', *_clauses(looked)]


def _rule(trace: RuleTrace) -> list[str]:
    return [f'Rule "{trace.rule}" {FOUND[trace.result]}.', *_clauses(trace)]


def _clauses(trace: RuleTrace) -> list[str]:
    said = [sentence(seen) for seen in trace.seen]
    skipped = trace.not_looked_at()
    if skipped:
        texts = ", ".join(clause.text for clause in skipped)
        said.append(f"This was settled without looking at: {texts}.")
    return said
