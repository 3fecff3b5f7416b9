"""Each attack on a sealed ledger is found and named, by what its line in the table says."""

import pytest

from governance.ledger.verify import Wrong
from governance.services.verifying.outside import Held
from governance.services.verifying.whole import verify_ledger
from tests.governance.verifying.attacks import ATTACKS, Attack, ShownBy
from tests.governance.verifying.on_store import Auditor

FROM_OUTSIDE = {Wrong.TRUNCATED, Wrong.FORKED}


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.title for attack in ATTACKS])
def test_an_attack_is_found_and_named(world: object, attack: Attack) -> None:
    auditor = Auditor()
    auditor.take_note()
    words = attack.act(auditor)
    held = Held("the auditor's checkpoint", auditor.note)

    found = verify_ledger()
    if attack.shown_by in (ShownBy.HELD, ShownBy.NOTHING):
        assert found.faults == []
        found = verify_ledger(held=[held])
    if attack.first is None:
        assert found.faults == []
        return
    first = found.faults[0]
    assert first.wrong is attack.first, found.faults
    assert words in f"{first.place}: {first.detail}"
    if attack.shown_by is not ShownBy.DATABASE:
        assert {fault.wrong for fault in found.faults} <= FROM_OUTSIDE
