"""Asking one more person than a quorum did."""

from __future__ import annotations

from dataclasses import replace

from governance.quorum.rule import MAX_PANEL, MAX_STAGES, QuorumRule, Stage


def with_one_more(rule: QuorumRule, name: str) -> QuorumRule:
    """`rule`, and after it a stage of one more person, called `name`, who must choose the same.

    Where there is no stage left, the last one asks one more; where that is full too, the rule
    stays as it is. It is no preset any more.
    """
    if len(rule.stages) < MAX_STAGES:
        return QuorumRule((*rule.stages, Stage(name, 1, 1)))
    last = rule.stages[-1]
    if last.panel == MAX_PANEL:
        return rule
    wider = replace(last, required=last.required + 1, panel=last.panel + 1)
    return QuorumRule((*rule.stages[:-1], wider))
