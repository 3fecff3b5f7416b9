"""Makes Celery's app the one that `send_task` uses, and completes what migrations set up."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from config.queues import prepare_broker_and_cache


class Config(AppConfig):
    """The wiring as an app, so that its management commands are found."""

    name = "config"

    def ready(self) -> None:
        import_module("config.celery")
        # Django sends it for apps with models only; by then all migrations are done.
        post_migrate.connect(prepare_broker_and_cache, sender=apps.get_app_config("governance"))
