"""Served to others. Nothing that matters has a default: what is missing stops the start."""

from psycopg.conninfo import make_conninfo

from config import logs
from config.env import MailServer, read_environment
from config.processes.broker import find_broker
from config.processes.places import Places
from config.settings import services
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR

environment = read_environment(production=True)
COUNTERSIGN_DATA_DIR = environment.data_dir
COUNTERSIGN_PLACES = Places(environment.data_dir)
COUNTERSIGN_DATABASE_IS_EMBEDDED = False
COUNTERSIGN_BROKER = find_broker(
    redis_url=environment.redis_url, places=COUNTERSIGN_PLACES, embedded=False
)

SECRET_KEY = environment.secret_key
COUNTERSIGN_MASTER_KEY = environment.master_key
COUNTERSIGN_PERMIT_KEY = environment.permit_key
COUNTERSIGN_LOG_ORIGIN = environment.log_origin
COUNTERSIGN_ROLE_PASSWORDS = environment.role_passwords
COUNTERSIGN_WITNESS_HOSTS = environment.witness_hosts
COUNTERSIGN_WEBHOOK_HTTP_HOSTS = environment.webhook_http_hosts
COUNTERSIGN_WEBHOOK_NETWORKS = environment.webhook_networks
COUNTERSIGN_TIMESTAMP_URL = environment.timestamp_url
COUNTERSIGN_TIMESTAMP_ROOTS = environment.timestamp_roots
# None everywhere but in the sealer: who has no key cannot sign.
COUNTERSIGN_CHECKPOINT_KEYS = environment.checkpoint_keys

DEBUG = False
LOGGING = logs.configure(as_json=True)
ALLOWED_HOSTS = list(environment.allowed_hosts)

database_parts = services.conninfo_parts(environment.database, COUNTERSIGN_PLACES)
DATABASES = {"default": services.database_settings(database_parts)}
CACHES = {"default": services.cache_settings(COUNTERSIGN_BROKER)}
CELERY_BROKER_URL = COUNTERSIGN_BROKER.url
CELERY_PGMQ_CONNINFO = make_conninfo(**database_parts)

mail_server = environment.mail_server or MailServer()
COUNTERSIGN_SENDS_MAIL: bool = environment.mail_server is not None
EMAIL_HOST, EMAIL_PORT = mail_server.host, mail_server.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail_server.user, mail_server.password
EMAIL_USE_TLS, EMAIL_USE_SSL = mail_server.starttls, mail_server.tls
DEFAULT_FROM_EMAIL = environment.mail_from or "countersign@localhost"
COUNTERSIGN_PUBLIC_URL = environment.public_url or f"https://{ALLOWED_HOSTS[0].lstrip('*.')}"

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
if environment.behind_tls_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Else all visitors would share the proxy's address, and with it one limit of sign-ins.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

STATIC_ROOT = BASE_DIR / "staticfiles"
# Both are required here.
assert environment.ledger_store is not None
assert environment.file_store is not None
STORAGES = services.storage_settings(
    ledger=environment.ledger_store,
    files=environment.file_store,
    s3_endpoint=environment.s3_endpoint,
    static_files="whitenoise.storage.CompressedManifestStaticFilesStorage",
)
