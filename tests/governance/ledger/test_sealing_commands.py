"""`manage.py ledger seal --once`, and sealing into a bucket."""

import shutil
from collections.abc import Iterator

import boto3
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from moto import mock_aws

from config.settings.services import storage_settings
from governance.ledger.tree_rows import current_log
from governance.services.sealing import seal_once
from tests.factories import NOON
from tests.governance.ledger.sealing_world import check_everything, enter_some, published_checkpoint

pytestmark = pytest.mark.django_db


def test_once_seals_what_there_is_and_says_how_much(capsys):
    entered = enter_some(2)

    call_command("ledger", "seal", "--once")

    assert capsys.readouterr().out == f"checkpoint at {current_log().size}\n"
    check_everything(entered)


def test_once_says_why_it_refuses_and_fills_a_store_that_is_new():
    seal_once(now=NOON)
    shutil.rmtree(settings.COUNTERSIGN_PLACES.ledger)

    with pytest.raises(CommandError, match="store emptied"):
        call_command("ledger", "seal", "--once")
    call_command("ledger", "seal", "--once", "--store-is-new")

    assert published_checkpoint().size == current_log().size


def test_who_has_no_keys_cannot_seal(settings):
    settings.COUNTERSIGN_CHECKPOINT_KEYS = None

    with pytest.raises(CommandError, match="COUNTERSIGN_CHECKPOINT_KEYS"):
        call_command("ledger", "seal")


@pytest.fixture
def bucket(monkeypatch, settings) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = storage_settings(
        ledger="s3://oversight/ledger",
        files="s3://oversight/files",
        s3_endpoint=None,
        static_files="django.contrib.staticfiles.storage.StaticFilesStorage",
    )
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="oversight")
        yield


def test_a_bucket_holds_the_log_as_a_folder_does(bucket):
    seal_once(now=NOON)
    entered = enter_some(300)

    seal_once(now=NOON)

    assert not settings.COUNTERSIGN_PLACES.ledger.exists()
    check_everything(entered)
