"""Which obligations bind an organisation for a classified system, and where each stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .law import Law, Obligation
from .load import law
from .standing import Standing, in_force
from .vocabulary import Role, Scope, SystemClass, Trait


@dataclass(frozen=True, slots=True)
class Binding:
    """One obligation that attaches to a system, for which of its roles, and its standing."""

    obligation: Obligation
    roles: frozenset[Role]
    standing: Standing


def binding(
    classes: Iterable[SystemClass],
    roles: Iterable[Role],
    on: date,
    traits: Iterable[Trait] = (),
    known_law: Law | None = None,
) -> list[Binding]:
    """What attaches to a system of `classes` with `traits` for a holder of `roles`, on `on`.

    In the order of the provisions, one entry per obligation, those not yet in force included. If
    a system falls under several scopes the strictest standing is given.
    """
    known = known_law or law()
    held, kinds, having = frozenset(roles), frozenset(classes), frozenset(traits)
    found = []
    for obligation in known.obligations.values():
        if obligation.attaches_to(kinds, held, having):
            standings = [
                in_force(obligation.id, scope, on, known)
                for scope in _scopes(obligation, kinds, having)
            ]
            strictest = min(standings, key=lambda standing: standing.rank)
            found.append(Binding(obligation, obligation.binds & held, strictest))
    return found


def matching(pattern: str, known_law: Law | None = None) -> tuple[str, ...]:
    """Ids that `pattern` means: an exact id, `eu-ai-act:26.*` for Article 26, `gdpr:*` for all.

    Empty if there is none; the caller decides whether that is an error.
    """
    ids = (known_law or law()).obligations
    if pattern.endswith((".*", ":*")):
        return tuple(key for key in ids if key.startswith(pattern.removesuffix("*")))
    return (pattern,) if pattern in ids else ()


def _scopes(
    obligation: Obligation, classes: frozenset[SystemClass], traits: frozenset[Trait]
) -> set[Scope]:
    if obligation.only_high_risk and Trait.LEGACY in traits:
        public = Trait.LEGACY_PUBLIC_AUTHORITY in traits
        return {Scope.LEGACY_PUBLIC_AUTHORITY if public else Scope.LEGACY}
    return {_scope(kind, traits) for kind in obligation.applies_to & classes}


def _scope(kind: SystemClass, traits: frozenset[Trait]) -> Scope:
    match kind:
        case SystemClass.ANNEX_III | SystemClass.ANNEX_III_DEROGATED:
            return Scope.ANNEX_III
        case SystemClass.ANNEX_I:
            return Scope.ANNEX_I
        case SystemClass.TRANSPARENCY:
            older = Trait.GENERATES_CONTENT_OLDER in traits
            return Scope.CONTENT_SYSTEMS_OLDER if older else Scope.CONTENT_SYSTEMS_NEW
        case SystemClass.GPAI | SystemClass.GPAI_SYSTEMIC:
            return Scope.MODELS_OLDER if Trait.MODEL_OLDER in traits else Scope.MODELS_NEW
        case _:
            return Scope.ALL
