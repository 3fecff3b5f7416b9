"""A verification of a hardened database looks at its owners and rights, too."""

from __future__ import annotations

import pytest

from config.processes.postgres import SUPERUSER
from governance.ledger.verify import Wrong
from governance.services.verifying.whole import verify_ledger

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_application_verifies_and_a_right_too_many_is_a_fault_and_one_too_few_is_none(sealed):
    role = sealed.roles.application
    with sealed.signed_in(role):
        before = verify_ledger()
    with sealed.connect(SUPERUSER) as server:
        server.execute(f"REVOKE INSERT ON governance_heartbeat FROM {role}")
        server.execute(f"GRANT DELETE ON governance_leaf TO {role}")

    with sealed.signed_in(role):
        found = verify_ledger()

    assert (before.faults, before.counts["entries"] > 0) == ([], True)
    [fault] = found.faults
    assert (fault.wrong, fault.place) == (Wrong.GUARD_MISSING, "rights")
    assert fault.detail == f"{role} may DELETE on governance_leaf"
