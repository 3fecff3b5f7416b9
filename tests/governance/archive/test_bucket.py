"""The archive in an S3-compatible store whose objects are locked."""

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from config.settings.services import storage_settings
from governance.ledger.partitions import partitions
from governance.models import LedgerEntry
from governance.services.archive_moves import detach_partition, restore_partition
from tests.governance.archive.conftest import AUGUST, ENTRIES, OF_MAY, OPERATOR, write
from tests.governance.archive.test_verify_archive import check, files_of, flipped
from tests.governance.ledger.sealing_world import store

pytestmark = pytest.mark.django_db

BUCKET = "oversight-ledger"


@pytest.fixture(autouse=True)
def bucket(settings, monkeypatch):
    """A bucket that keeps every version of every object for ten years, whoever asks."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(
            Bucket=BUCKET,
            CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
            ObjectLockEnabledForBucket=True,
        )
        client.put_object_lock_configuration(
            Bucket=BUCKET,
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 10}},
            },
        )
        settings.STORAGES = storage_settings(
            ledger=f"s3://{BUCKET}/eu", files="/nowhere", s3_endpoint=None, static_files=""
        )
        yield client


def test_a_month_goes_there_and_comes_back(months):
    row = write()
    assert check(row).faults == []
    assert check(row).leaves == ENTRIES

    detach_partition(name=OF_MAY, actor=OPERATOR, now=AUGUST)
    assert OF_MAY not in {part.name for part in partitions()}
    before = LedgerEntry.objects.count()

    restore_partition(name=OF_MAY, actor=OPERATOR, now=AUGUST)
    assert LedgerEntry.objects.count() == before + ENTRIES + 1


def test_what_was_written_is_locked_and_what_was_put_over_it_is_found(months, bucket):
    row = write()
    [path, _] = files_of(row, ".parquet")
    key = f"eu/{store()._name(path)}"
    written = bucket.head_object(Bucket=BUCKET, Key=key)["VersionId"]

    with pytest.raises(ClientError, match="AccessDenied"):
        bucket.delete_object(Bucket=BUCKET, Key=key, VersionId=written)
    store().write(path, flipped(store().read(path), 500))

    assert path in {fault.place for fault in check(row).faults}
    kept = bucket.get_object(Bucket=BUCKET, Key=key, VersionId=written)["Body"].read()
    assert flipped(kept, 500) == store().read(path)
