"""Time stamps by a local authority, made with openssl and asked over HTTP (RFC 3161)."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

import pytest

from governance.ledger.timestamps import Query, TimestampRejected
from governance.models import CheckpointTimestamp
from governance.services.sealing import seal_once
from governance.services.timestamping import NotStamped, stamp_newest_checkpoint
from governance.tasks import stamp_checkpoint
from tests.factories import NOON
from tests.governance.ledger.sealing_world import enter_some
from tests.governance.ledger.served_log import ServedLog, serving

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(which("openssl") is None, reason="there is no openssl on this machine"),
]

REPLY = "application/timestamp-reply"
CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/stamper.pem
signer_key = {folder}/stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
EXTENSIONS = """
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""


class Authority:
    """A root and an authority below it, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._openssl("req", "-x509", *self._new_key("root"), "-out", "root.pem", "-days", "2")
        self.roots = (folder / "root.pem").read_bytes()
        (folder / "stamper.ext").write_text(EXTENSIONS)
        (folder / "stamper.cnf").write_text(CONFIG.format(folder=folder))
        self._openssl("req", *self._new_key("stamper"), "-out", "stamper.csr")
        self._openssl(
            *("x509", "-req", "-in", "stamper.csr", "-out", "stamper.pem", "-days", "2"),
            *("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"),
            *("-extfile", "stamper.ext"),
        )

    def stamp(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._openssl(
            *("ts", "-reply", "-config", "stamper.cnf", "-queryfile", "query", "-out", "reply")
        )
        return (self.folder / "reply").read_bytes()

    def verifies(self, token: bytes, data: bytes) -> bool:
        """What openssl itself says of a token."""
        (self.folder / "token").write_bytes(token)
        (self.folder / "data").write_bytes(data)
        said = self._openssl(
            *("ts", "-verify", "-in", "token", "-data", "data", "-CAfile", "root.pem")
        )
        return "Verification: OK" in said

    def _new_key(self, name: str) -> list[str]:
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        return [*curve, "-keyout", f"{name}.key", "-subj", f"/CN=Test {name}"]

    def _openssl(self, *arguments: str) -> str:
        ended = subprocess.run(
            ["openssl", *arguments], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return ended.stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def service(authority, settings):
    """The authority behind an address that the settings name."""
    server = ServedLog()
    server.answers["tsa"] = lambda query: (200, REPLY, authority.stamp(query))
    with serving(server):
        settings.COUNTERSIGN_TIMESTAMP_URL = f"{server.url}/tsa"
        settings.COUNTERSIGN_TIMESTAMP_ROOTS = authority.roots
        yield server


def grow():
    enter_some(1)
    return seal_once(now=NOON)


def test_the_newest_checkpoint_is_stamped_once(service, authority):
    grow()
    newest = grow()

    stamp_checkpoint()
    kept = CheckpointTimestamp.objects.get()
    assert (kept.checkpoint, kept.authority.rsplit("/", 1)[1]) == (newest, "tsa")
    assert abs(datetime.now(UTC) - kept.stamped_at) < timedelta(minutes=5)
    assert authority.verifies(bytes(kept.token), bytes(newest.note))
    assert stamp_newest_checkpoint() is None
    assert service.asked == ["tsa"]
    grow()
    assert stamp_newest_checkpoint() is not None


def test_where_no_authority_is_chosen_nobody_is_asked(service, settings):
    grow()
    settings.COUNTERSIGN_TIMESTAMP_URL = None

    assert stamp_newest_checkpoint() is None
    assert service.asked == []


def test_before_the_first_checkpoint_there_is_nothing_to_stamp(service):
    assert stamp_newest_checkpoint() is None


def stamps_another(authority):
    return lambda query: authority.stamp(Query.about(b"another note").encoded())


def is_changed(authority):
    def answer(query):
        reply = bytearray(authority.stamp(query))
        reply[-1] ^= 1
        return bytes(reply)

    return answer


def is_cut_short(authority):
    return lambda query: authority.stamp(query)[:-1]


def is_refused(authority):
    """The granted status is the first number in the reply; 2 says that it is refused."""
    return lambda query: authority.stamp(query).replace(
        b"\x30\x03\x02\x01\x00", b"\x30\x03\x02\x01\x02", 1
    )


@pytest.mark.parametrize(
    "faulty",
    [
        stamps_another,
        is_changed,
        is_cut_short,
        is_refused,
        lambda _: lambda query: b"",
        lambda _: lambda query: query,
        lambda _: lambda query: b"\x30\x80" * 1000,
        lambda _: lambda query: b"x" * 70_000,
    ],
)
def test_what_is_no_stamp_on_it_is_not_kept(service, authority, faulty):
    answer = faulty(authority)
    service.answers["tsa"] = lambda query: (200, REPLY, answer(query))
    grow()

    with pytest.raises(NotStamped):
        stamp_newest_checkpoint()
    assert not CheckpointTimestamp.objects.exists()


def test_an_authority_that_no_root_vouches_for_is_not_believed(service, settings, tmp_path):
    grow()
    settings.COUNTERSIGN_TIMESTAMP_ROOTS = Authority(tmp_path).roots

    with pytest.raises(NotStamped):
        stamp_newest_checkpoint()


def test_a_stamp_fits_the_question_that_it_answers_and_no_other(authority):
    query = Query.about(b"a note")
    token = authority.stamp(query.encoded())

    assert query.stamped_at(token, authority.roots)
    for other in (Query.about(b"a note"), Query(b"another note", query.request)):
        with pytest.raises(TimestampRejected):
            other.stamped_at(token, authority.roots)


@pytest.mark.parametrize("status", [204, 301, 403, 500])
def test_an_authority_that_does_not_answer_is_asked_again_later(service, status, caplog):
    grow()
    stamp = service.answers["tsa"]
    service.answers["tsa"] = lambda _: (status, "text/plain", b"")
    stamp_checkpoint()
    assert not CheckpointTimestamp.objects.exists()
    assert "no time stamp" in caplog.text

    service.answers["tsa"] = stamp
    stamp_checkpoint()
    assert CheckpointTimestamp.objects.count() == 1
