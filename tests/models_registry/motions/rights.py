"""Changes of decision rights to test with."""

from governance.models import Motion
from governance.services.motions import move
from models_registry.motions import decision_rights
from tests.factories import NOON
from tests.governance.motions.motioning import vote

ACT = decision_rights.NAME
REASON = "The credit board rules on these."


def grant(**changes):
    given = {"role": "reviewer", "verdicts": ["uphold", "override"]} | changes
    return decision_rights.grant(**given)


def moved(mover, *changes, now=NOON) -> Motion:
    content = decision_rights.content_of(changes)
    return move(act=ACT, content=content, reason=REASON, mover=mover, now=now)


def approved(mover, second, *changes, now=NOON) -> Motion:
    motion = moved(mover, *changes, now=now)
    return vote(motion, second, now=now)
