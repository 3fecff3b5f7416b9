"""An evaluation in words, for people who read no code."""

from governance.policies.evaluation import Evaluation, RuleTrace
from governance.policies.expression.sentences import sentence
from governance.policies.vocabulary import Disposition

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
    if evaluation.blind_first:
        said.append("The reviewer judges before seeing what the AI system said.")
    for trace in evaluation.trace:
        said += _rule(trace)
    return said


def _rule(trace: RuleTrace) -> list[str]:
    said = [f'Rule "{trace.rule}" {FOUND[trace.result]}.']
    said += [sentence(seen) for seen in trace.seen]
    skipped = trace.not_looked_at()
    if skipped:
        texts = ", ".join(clause.text for clause in skipped)
        said.append(f"This was settled without looking at: {texts}.")
    return said
