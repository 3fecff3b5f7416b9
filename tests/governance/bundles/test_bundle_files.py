"""Where bundles are kept: a folder or a bucket, and no file of one worker in another's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from django.core.files.storage import storages
from moto import mock_aws

from config.settings.services import storage_settings
from governance.models import EvidenceBundle
from governance.services.bundle_files import drop_file, drop_files, keep_file, open_file

pytestmark = pytest.mark.django_db
CONTENT = b"a zip" * 500_000


@pytest.fixture
def bucket(monkeypatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        where = {"LocationConstraint": "eu-central-1"}
        boto3.client("s3").create_bucket(Bucket="evidence", CreateBucketConfiguration=where)
        yield "s3://evidence/files"


@pytest.fixture(params=["folder", "bucket"], autouse=True)
def place(request, settings, tmp_path) -> None:
    files = str(tmp_path / "files")
    if request.param == "bucket":
        files = request.getfixturevalue("bucket")
    settings.STORAGES = storage_settings(
        ledger=files, files=files, s3_endpoint=None, static_files="none"
    )


@pytest.fixture
def zipped(tmp_path) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(CONTENT)
    return path


def done(sha256: str) -> EvidenceBundle:
    return EvidenceBundle(id=uuid4(), state=EvidenceBundle.State.DONE, sha256=sha256)


def test_what_is_kept_is_read_again_part_by_part(zipped):
    bundle = done("aa")
    keep_file(bundle.pk, "aa", zipped)
    file = open_file(bundle)
    assert file is not None
    assert b"".join(file.chunks()) == CONTENT


def test_a_bundle_that_is_not_done_or_whose_file_is_gone_has_none(zipped):
    bundle = done("aa")
    assert open_file(bundle) is None
    keep_file(bundle.pk, "aa", zipped)
    bundle.state = EvidenceBundle.State.RUNNING
    assert open_file(bundle) is None


def test_two_workers_files_do_not_touch(zipped):
    bundle = done("aa")
    keep_file(bundle.pk, "aa", zipped)
    keep_file(bundle.pk, "bb", zipped)
    drop_file(bundle.pk, "bb")
    assert open_file(bundle) is not None


def test_all_but_one_are_dropped_and_then_all(zipped):
    bundle, other = done("aa"), done("aa")
    for one, sha256 in ((bundle, "aa"), (bundle, "bb"), (other, "aa")):
        keep_file(one.pk, sha256, zipped)
    drop_files(bundle.pk, all_but="aa")
    _, left = storages["files"].listdir(f"bundles/{bundle.pk}")
    assert left == ["aa.zip"]
    drop_files(bundle.pk)
    assert open_file(bundle) is None
    assert open_file(other) is not None


def test_dropping_nothing_is_no_fault():
    drop_files(uuid4())
