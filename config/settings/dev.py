"""One machine of one's own: embedded services and keys where the environment names none."""

from django.core.management.utils import get_random_secret_key
from psycopg.conninfo import make_conninfo

from config import keys, logs
from config.env import MailServer, read_environment
from config.processes.broker import find_broker
from config.processes.places import Places
from config.settings import services
from config.settings.base import *  # noqa: F403
from governance.ledger.public_addresses import parse_networks

environment = read_environment(production=False)
COUNTERSIGN_DATA_DIR = environment.data_dir
COUNTERSIGN_PLACES = Places(environment.data_dir)
COUNTERSIGN_DATABASE_IS_EMBEDDED = environment.database is None
COUNTERSIGN_BROKER = find_broker(
    redis_url=environment.redis_url, places=COUNTERSIGN_PLACES, embedded=True
)

# Before the first `manage.py up` there are no keys. Commands that need none run all the same; an
# empty key can neither seal nor sign, so that nothing is made with a key that is then lost.
made_keys = keys.read_keys(COUNTERSIGN_PLACES.keys)
SECRET_KEY = environment.secret_key or (
    made_keys.secret_key if made_keys else get_random_secret_key()
)
COUNTERSIGN_MASTER_KEY = environment.master_key or (made_keys.master_key if made_keys else b"")
COUNTERSIGN_PERMIT_KEY = environment.permit_key or (made_keys.permit_key if made_keys else b"")
COUNTERSIGN_LOG_ORIGIN = environment.log_origin or services.log_origin_of(environment.data_dir)
COUNTERSIGN_ROLE_PASSWORDS = environment.role_passwords
COUNTERSIGN_WITNESS_HOSTS = (*environment.witness_hosts, "localhost", "127.0.0.1")
# On a machine of one's own a receiver may be on it too.
COUNTERSIGN_WEBHOOK_HTTP_HOSTS = (*environment.webhook_http_hosts, "localhost", "127.0.0.1")
COUNTERSIGN_WEBHOOK_NETWORKS = (
    *environment.webhook_networks,
    *parse_networks(["127.0.0.0/8", "::1/128"]),
)
COUNTERSIGN_TIMESTAMP_URL = environment.timestamp_url
COUNTERSIGN_TIMESTAMP_ROOTS = environment.timestamp_roots
COUNTERSIGN_CHECKPOINT_KEYS = environment.checkpoint_keys or COUNTERSIGN_PLACES.checkpoint_keys

DEBUG = False
LOGGING = logs.configure(as_json=False)
ALLOWED_HOSTS = [*environment.allowed_hosts, "localhost", "127.0.0.1", "[::1]"]

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
COUNTERSIGN_PUBLIC_URL_IS_GIVEN: bool = environment.public_url is not None
COUNTERSIGN_PUBLIC_URL = environment.public_url or "http://127.0.0.1:8000"

STORAGES = services.storage_settings(
    ledger=environment.ledger_store or COUNTERSIGN_PLACES.ledger,
    files=environment.file_store or COUNTERSIGN_PLACES.files,
    s3_endpoint=environment.s3_endpoint,
    static_files="django.contrib.staticfiles.storage.StaticFilesStorage",
)
# Static files straight from the apps: nothing has to be collected on a machine of one's own.
WHITENOISE_USE_FINDERS = True
