from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from governance.obligations import (
    Role,
    StandingState,
    SystemClass,
    Trait,
    binding,
    law,
    matching,
)

STATUS = date(2026, 11, 22)
ANNEX_III = [SystemClass.ALL, SystemClass.ANNEX_III]


def ids(found):
    return {entry.obligation.id for entry in found}


def standing_of(obligation_id, found):
    (standing,) = [entry.standing for entry in found if entry.obligation.id == obligation_id]
    return standing


def test_a_role_gets_its_own_duties_and_no_one_elses():
    deployer = ids(binding(ANNEX_III, [Role.DEPLOYER], STATUS))

    assert {"eu-ai-act:26.1", "eu-ai-act:26.11", "eu-ai-act:14.4.e"} <= deployer
    assert not {"eu-ai-act:9.1", "eu-ai-act:26.7", "eu-ai-act:27.1.a"} & deployer


def test_two_person_verification_attaches_to_remote_identification_only():
    without = ids(binding(ANNEX_III, [Role.DEPLOYER], STATUS))
    traits = [Trait.REMOTE_BIOMETRIC_IDENTIFICATION]
    having = ids(binding(ANNEX_III, [Role.DEPLOYER], STATUS, traits))

    assert having - without == {"eu-ai-act:14.5", "eu-ai-act:14.5.derogation"}


def test_a_system_under_both_annexes_gets_the_stricter_date():
    both = [*ANNEX_III, SystemClass.ANNEX_I]

    standing = standing_of("eu-ai-act:26.1", binding(both, [Role.DEPLOYER], STATUS))

    assert str(standing.since) == "2027-12-02"


def test_a_legacy_system_keeps_literacy_and_loses_the_high_risk_duties():
    found = binding(ANNEX_III, [Role.DEPLOYER], date(2028, 1, 1), [Trait.LEGACY])

    assert standing_of("eu-ai-act:26.1", found).state is StandingState.LEGACY
    assert standing_of("eu-ai-act:4.1", found).state is StandingState.APPLIES
    assert standing_of("eu-ai-act:111.2", found).state is StandingState.APPLIES


def test_an_older_generative_system_has_its_grace_period_for_marking():
    traits = [Trait.GENERATES_CONTENT, Trait.GENERATES_CONTENT_OLDER]

    found = binding([SystemClass.TRANSPARENCY], [Role.PROVIDER], STATUS, traits)

    assert standing_of("eu-ai-act:50.2", found).phrase == "applies from 2026-12-02"


@given(
    st.frozensets(st.sampled_from(list(SystemClass))),
    st.frozensets(st.sampled_from(list(Role))),
    st.frozensets(st.sampled_from(list(Trait))),
    st.dates(date(2018, 1, 1), date(2032, 1, 1)),
)
def test_whatever_attaches_has_an_assessable_standing(classes, roles, traits, on):
    for entry in binding(classes, roles, on, traits):
        assert entry.standing.state is not StandingState.NOT_ASSESSABLE
        assert entry.roles


def test_every_obligation_can_attach_to_something():
    assert ids(binding(SystemClass, Role, STATUS, Trait)) == set(law().obligations)


def test_a_pattern_means_one_provision_and_what_stands_under_it():
    assert matching("eu-ai-act:26.5.*") == (
        "eu-ai-act:26.5.monitor",
        "eu-ai-act:26.5.suspend",
        "eu-ai-act:26.5.incident",
    )
    assert matching("eu-ai-act:4.*") == ("eu-ai-act:4.1",)
    assert matching("eu-ai-act:86.1") == ("eu-ai-act:86.1",)
    assert matching("eu-ai-act:86") == ()
    assert len(matching("gdpr:*")) == 63
