"""The sealed log in the administration: witnesses are named and dismissed, the rest is shown."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.ledger.key_files import read_key_files
from governance.ledger.note import Algorithm, VerifierKey
from governance.models import Actor, CheckpointTimestamp, LedgerAlarm, LedgerEntry, Witness
from governance.services.ledger_alarms import raise_alarm
from governance.services.sealing import seal_once
from tests.factories import NOON
from tests.governance.ledger.sealed import checkpoint_at, cosigned_by, new_witness, open_log

pytestmark = pytest.mark.django_db

ADD = "/admin/governance/witness/add/"
PRIVATE = Ed25519PrivateKey.generate()
VKEY = str(VerifierKey.of("witness.example", PRIVATE, Algorithm.COSIGNATURE_V1))


def page(row, name="change"):
    return f"/admin/governance/{row._meta.model_name}/{row.pk}/{name}/"


def events():
    return set(
        LedgerEntry.objects.filter(event__startswith="governance.witness").values_list(
            "event", flat=True
        )
    )


def test_an_officer_names_a_witness_dismisses_it_and_takes_it_on_again(signed_in):
    officer = signed_in("compliance-officer")
    answer = officer.post(ADD, {"verifier": VKEY, "url": "https://witness.example/w"})
    assert answer.status_code == 302
    witness = Witness.objects.get()
    assert (witness.verifier, witness.url) == (VKEY, "https://witness.example/w")
    assert witness.history.get().actor.startswith("person:")

    assert officer.post(page(witness, "distrust")).status_code == 302
    witness.refresh_from_db()
    assert witness.distrusted_at is not None
    assert officer.post(page(witness, "distrust")).status_code == 409
    assert officer.post(page(witness, "trust")).status_code == 302
    witness.refresh_from_db()
    assert (witness.distrusted_at, witness.url) == (None, "https://witness.example/w")
    assert officer.post(page(witness, "trust")).status_code == 409
    assert events() == {"governance.witness.trusted", "governance.witness.distrusted"}


@pytest.mark.parametrize("role", ["auditor", "administrator", "reviewer"])
def test_nobody_else_does(signed_in, role):
    witness, _ = new_witness("witness.example")
    for path in (ADD, page(witness, "distrust")):
        assert signed_in(role).post(path, {"verifier": VKEY}).status_code in (302, 403)
    assert Witness.objects.get().distrusted_at is None


FAULTY = {
    "no key": ("verifier", {"verifier": "witness.example"}),
    "a key that signs checkpoints": (
        "verifier",
        {"verifier": str(VerifierKey.of("witness.example", PRIVATE))},
    ),
    "another id than the key's": ("verifier", {"verifier": VKEY.replace("+", "+0", 1)}),
    "plain HTTP": ("url", {"url": "http://witness.example"}),
    "another scheme": ("url", {"url": "file:///etc/passwd"}),
    "no host": ("url", {"url": "https://"}),
    "no address": ("url", {"url": "https://[::1"}),
    "an odd port": ("url", {"url": "https://witness.example:99999"}),
    "a password": ("url", {"url": "https://me:secret@witness.example"}),
    "a query": ("url", {"url": "https://witness.example/?a=b"}),
}


@pytest.mark.parametrize(("field", "given"), FAULTY.values(), ids=FAULTY)
def test_what_is_no_witness_is_told_at_its_field(signed_in, field, given):
    answer = signed_in("compliance-officer").post(ADD, {"verifier": VKEY, "url": ""} | given)

    assert answer.status_code == 422
    assert set(answer.context["adminform"].form.errors) == {"__all__", field}
    assert not Witness.objects.exists()


def test_a_host_that_the_operator_names_may_be_asked_over_plain_http(signed_in, settings):
    settings.COUNTERSIGN_WITNESS_HOSTS = ("audit.internal",)
    officer = signed_in("compliance-officer")
    answer = officer.post(ADD, {"verifier": VKEY, "url": "http://audit.internal:8080/w"})

    assert (answer.status_code, Witness.objects.count()) == (302, 1)


def test_the_log_is_not_its_own_witness(signed_in, settings):
    officer = signed_in("compliance-officer")
    seal_once(now=NOON)
    [own] = read_key_files(settings.COUNTERSIGN_CHECKPOINT_KEYS)
    vkey = VerifierKey.of("witness.example", own, Algorithm.COSIGNATURE_V1)

    assert officer.post(ADD, {"verifier": str(vkey)}).status_code == 422


def test_a_checkpoint_shows_its_note_its_witnesses_and_its_time_stamp(signed_in):
    checkpoint = checkpoint_at(open_log(), 7)
    cosignature = cosigned_by(checkpoint, *new_witness("witness.example"))
    CheckpointTimestamp.objects.create(
        checkpoint=checkpoint, authority="https://tsa.example", token=b"x", stamped_at=NOON
    )

    text = signed_in("auditor").get(page(checkpoint)).text
    assert cosignature.line.replace("+", "&#x2B;") in text or cosignature.line in text
    assert "2026-11-23 12:00:00 UTC, https://tsa.example" in text
    found = signed_in("auditor").get("/admin/governance/checkpoint/?q=7").context["cl"].result_list
    assert [row.size for row in found] == [7]


def test_an_alarm_stands_above_the_list_of_everything_for_who_may_see_the_ledger(signed_in):
    assert "alert" not in signed_in("auditor").get("/admin/").text
    raise_alarm(
        kind=LedgerAlarm.Kind.REFUSING, detail="fork: <b>", actor=Actor.system("test"), now=NOON
    )

    text = signed_in("auditor").get("/admin/").text
    assert "Ledger: the sealer refuses to sign" in text
    assert "fork: &lt;b&gt;" in text
    assert "call in who answers for them" in text
    assert "Ledger:" not in signed_in("system-owner").get("/admin/").text
    alarm = signed_in("auditor").get(page(LedgerAlarm.objects.get())).text
    assert "call in who answers for them" in alarm
