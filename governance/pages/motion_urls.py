"""Addresses of the motions."""

from django.urls import path

from governance.pages import motions, quorums

app_name = "motions"
urlpatterns = [
    path("", motions.list_motions, name="list"),
    path("quorums/", quorums.list_quorums, name="quorums"),
    path("quorums/<str:act>/", quorums.change_quorum, name="quorum"),
    path("<uuid:motion_id>/", motions.show_motion, name="motion"),
    path("<uuid:motion_id>/withdraw/", motions.withdraw, name="withdraw"),
]
