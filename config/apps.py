"""Makes Celery's app the one that `send_task` uses in every process of ours."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """The wiring as an app, so that its management commands are found."""

    name = "config"

    def ready(self) -> None:
        import_module("config.celery")
