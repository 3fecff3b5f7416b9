"""A throw-away: new keys in every process, fast password hashes, and never the developer's data."""

import os
import tempfile
from pathlib import Path
from typing import Any

from config.keys import new_keys
from config.processes.places import Places
from config.settings import services
from config.settings.dev import *  # noqa: F403
from config.settings.dev import DATABASES, LOGGING

throw_away = new_keys()
SECRET_KEY = throw_away.secret_key
COUNTERSIGN_MASTER_KEY = throw_away.master_key
COUNTERSIGN_PERMIT_KEY = throw_away.permit_key
COUNTERSIGN_LOG_ORIGIN = "countersign.localhost/test"

# A path only: whoever writes there makes it.
COUNTERSIGN_DATA_DIR = Path(tempfile.gettempdir(), f"countersign-test-{os.getpid()}")
COUNTERSIGN_PLACES = Places(COUNTERSIGN_DATA_DIR)
COUNTERSIGN_CHECKPOINT_KEYS = COUNTERSIGN_PLACES.checkpoint_keys
STORAGES = services.storage_settings(
    ledger=COUNTERSIGN_PLACES.ledger,
    files=COUNTERSIGN_PLACES.files,
    s3_endpoint=None,
    static_files="django.contrib.staticfiles.storage.StaticFilesStorage",
)

# The runner shows what was logged; a stream that it has captured and closed cannot.
LOGGING["root"] = {"handlers": [], "level": "INFO"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tasks run where a test calls them; a doorbell that rings nobody must not be waited for.
CELERY_BROKER_URL = "memory://"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# A pool would hold connections to a database that the runner is about to drop.
options: dict[str, Any] = DATABASES["default"]["OPTIONS"]
del options["pool"]
