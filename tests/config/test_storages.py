"""A store of files is a folder or a bucket, as the environment says."""

from pathlib import Path

from django.core.files.storage.handler import StorageHandler
from storages.backends.s3 import S3Storage

from config.settings.services import storage_settings
from governance.durable_folder import DurableFolder


def test_a_path_is_a_folder_and_s3_is_a_bucket(tmp_path: Path) -> None:
    stores = StorageHandler(
        storage_settings(
            ledger="s3://oversight/ledger/eu/",
            files=tmp_path,
            s3_endpoint="http://minio.example:9000",
            static_files="django.contrib.staticfiles.storage.StaticFilesStorage",
        )
    )

    ledger, files = stores["ledger"], stores["files"]
    assert isinstance(ledger, S3Storage)
    assert (ledger.bucket_name, ledger.location) == ("oversight", "ledger/eu")
    assert ledger.connection.meta.client.meta.endpoint_url == "http://minio.example:9000"
    assert isinstance(files, DurableFolder)
    assert files.location == str(tmp_path)
