"""Addresses of the notices."""

from django.urls import path

from governance.pages import notice_choices, notice_deliveries, notices

app_name = "notices"
urlpatterns = [
    path("", notices.list_notices, name="list"),
    path("bell/", notices.show_bell, name="bell"),
    path("read/", notices.read_all, name="read-all"),
    path("choices/", notice_choices.choose, name="choices"),
    path("choices/chat/", notice_choices.set_chat, name="set-chat"),
    path("choices/chat/remove/", notice_choices.remove_own_chat, name="remove-chat"),
    path("undelivered/", notice_deliveries.list_undelivered, name="undelivered"),
    path("undelivered/again/", notice_deliveries.send_again, name="send-again"),
    path("<uuid:notice_id>/open/", notices.open_notice, name="open"),
    path("<uuid:notice_id>/read/", notices.read, name="read"),
]
