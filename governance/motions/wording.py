"""Quorums in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.quorum import QuorumRule, Stage


def quorum_in_words(rule: QuorumRule) -> str:
    """Whom it takes besides the mover, stage by stage; a stage is named where it is one of some."""
    named = len(rule.stages) > 1
    return _(", then ").join(
        _stage_in_words(stage) + (f" ({stage.name})" if named else "") for stage in rule.stages
    )


def _stage_in_words(stage: Stage) -> str:
    if stage.required == stage.panel:
        words = ngettext("%d other person", "%d other people", stage.required) % stage.required
    else:
        words = _("%(required)d of %(panel)d other people") % {
            "required": stage.required,
            "panel": stage.panel,
        }
    if stage.roles:
        words += _(" in the role %s") % _(" or ").join(stage.roles)
    if stage.veto:
        words += _(", each of whom can veto it")
    return words
