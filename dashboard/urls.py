"""Addresses of the pages that span the apps."""

from django.urls import path

from dashboard.views import bots, coverage, history, home, settings

app_name = "dashboard"
urlpatterns = [
    path("", home.home, name="home"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("settings/", settings.profile, name="profile"),
    path("settings/workspace/", settings.workspace, name="workspace"),
    path("settings/workspace/name/", settings.workspace_name, name="workspace_name"),
    path("settings/bots/", bots.bots, name="bots"),
    path("settings/bots/setup/", bots.set_up, name="bots_setup"),
    path("settings/bots/picture/", bots.picture, name="bots_picture"),
    path("settings/bots/picture/removal/", bots.picture_removal, name="bots_picture_removal"),
    path("settings/members/", settings.members, name="members"),
    path("settings/history/", history.history, name="history"),
]
