"""Addresses of the agenda, rules, calendars and their accounts, and the ways back from consents."""

from django.urls import path

from calendars.views import (
    blocks,
    choices,
    colleagues,
    connections,
    events,
    lobby,
    oauth,
    rules,
    sending,
)

app_name = "calendars"
urlpatterns = [
    path("events/", events.agenda, name="agenda"),
    path("events/choices/", choices.bulk, name="choices"),
    path("events/undo/<str:public_id>/", choices.undo, name="undo"),
    path("events/<str:public_id>/", events.event, name="event"),
    path("events/<str:public_id>/choice/", choices.choice, name="choice"),
    path("events/<str:public_id>/sending/", sending.send_now, name="sending"),
    path("rules/", rules.index, name="rules"),
    path("rules/new/", rules.new, name="new_rule"),
    path("rules/sentence/", rules.sentence, name="sentence"),
    path("rules/blocks/", blocks.index, name="blocks"),
    path("rules/blocks/<str:public_id>/removal/", blocks.removal, name="block_removal"),
    path("rules/colleagues/", colleagues.index, name="colleagues"),
    path("rules/colleagues/<str:public_id>/removal/", colleagues.removal, name="colleague_removal"),
    path("rules/<str:public_id>/", rules.rule, name="rule"),
    path("rules/<str:public_id>/place/", rules.place, name="rule_place"),
    path("rules/<str:public_id>/state/", rules.state, name="rule_state"),
    path("rules/<str:public_id>/removal/", rules.removal, name="rule_removal"),
    path("lobby/", lobby.lobby, name="lobby"),
    path("calendars/", connections.index, name="index"),
    path("calendars/connect/<slug:platform>/", oauth.connect, name="connect"),
    path("calendars/accounts/<str:public_id>/", connections.account, name="account"),
    path("calendars/troubles/", connections.troubles, name="troubles"),
    path(
        "calendars/accounts/<str:public_id>/reconnection/",
        connections.reconnection,
        name="reconnection",
    ),
    path("calendars/accounts/<str:public_id>/reconnect/", oauth.reconnect, name="reconnect"),
    path("calendars/<str:public_id>/sync/", connections.sync, name="sync"),
    path(
        "calendars/<str:public_id>/disconnection/", connections.disconnection, name="disconnection"
    ),
    path("oauth/<slug:platform>/callback/", oauth.callback, name="oauth_callback"),
    path("oauth/<slug:platform>/approval/", oauth.approval, name="oauth_approval"),
]
