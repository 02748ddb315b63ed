"""Addresses of the pages that span the apps."""

from django.urls import path

from dashboard.views import (
    about,
    bots,
    coverage,
    farewell,
    history,
    home,
    own_data,
    people,
    service,
    settings,
    workspaces,
    zoom,
)
from dashboard.views import recordings as kept

app_name = "dashboard"
urlpatterns = [
    path("", home.home, name="home"),
    path("first-steps/", home.steps, name="first_steps"),
    path("what-earshot-sees/", about.sees, name="sees"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("workspaces/new/", workspaces.new, name="new_workspace"),
    path("workspaces/<str:public_id>/entry/", workspaces.entry, name="entry"),
    path("settings/", settings.profile, name="profile"),
    path("settings/workspace/", settings.workspace, name="workspace"),
    path("settings/workspace/name/", settings.workspace_name, name="workspace_name"),
    path("settings/bots/", bots.bots, name="bots"),
    path("settings/bots/setup/", bots.set_up, name="bots_setup"),
    path("settings/bots/picture/", bots.picture, name="bots_picture"),
    path("settings/bots/picture/removal/", bots.picture_removal, name="bots_picture_removal"),
    path("settings/service/", service.service, name="service"),
    path("settings/service/test/", service.test, name="service_test"),
    path("settings/service/keys/", service.keys, name="service_keys"),
    path("settings/service/keys/old/", service.old_keys, name="service_old_keys"),
    path("settings/service/own/", service.own, name="service_own"),
    path("settings/service/<str:public_id>/change/", service.change, name="service_change"),
    path("settings/zoom/", zoom.index, name="zoom"),
    path("settings/zoom/connect/", zoom.connect, name="zoom_connect"),
    path("settings/zoom/<str:public_id>/reconnect/", zoom.reconnect, name="zoom_reconnect"),
    path("settings/zoom/<str:public_id>/check/", zoom.check, name="zoom_check"),
    path("settings/zoom/<str:public_id>/disconnection/", zoom.disconnection, name="zoom_away"),
    path("oauth/zoom/callback/", zoom.callback, name="zoom_callback"),
    path("settings/recordings/", kept.recordings, name="recordings"),
    path("settings/recordings/retention/", kept.retention, name="retention"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/roles/", people.roles, name="roles"),
    path("settings/data/", own_data.own_data, name="own_data"),
    path("settings/data/copy/", own_data.copy, name="own_data_copy"),
    path("settings/data/<str:public_id>/file/", own_data.file, name="own_data_file"),
    path("settings/data/deletion/", farewell.farewell, name="farewell"),
    path("settings/history/", history.history, name="history"),
    path("settings/history/table.csv", history.table, name="history_table"),
]
