"""The addresses of the log's files, below /ledger/."""

from django.urls import path, re_path

from governance.api import log

urlpatterns = [
    path("checkpoint", log.checkpoint, name="log-checkpoint"),
    path("keys", log.keys, name="log-keys"),
    path("cosignatures", log.cosignatures, name="log-cosignatures"),
    # A regular expression, because the `path` converter ends at a line feed.
    re_path(r"^tile/(?P<address>(?s:.*))$", log.tile, name="log-tile"),
]
