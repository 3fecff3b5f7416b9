"""The product's own settings on a machine of one's own, without a pool: a client is a process."""

from typing import Any

from config.settings.dev import *  # noqa: F403
from config.settings.dev import DATABASES

options: dict[str, Any] = DATABASES["default"]["OPTIONS"]
del options["pool"]
# Reading ten million tiles back may take longer than a request may.
options["options"] = ""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BROKER_URL = "memory://"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
