"""Addresses of the agenda, of calendars and their accounts, and of the way back from Google."""

from django.urls import path

from calendars.views import connections, events, oauth

app_name = "calendars"
urlpatterns = [
    path("events/", events.agenda, name="agenda"),
    path("events/<str:public_id>/", events.event, name="event"),
    path("events/<str:public_id>/choice/", events.choice, name="choice"),
    path("calendars/", connections.index, name="index"),
    path("calendars/connect/<slug:platform>/", oauth.connect, name="connect"),
    path("calendars/accounts/<str:public_id>/", connections.account, name="account"),
    path("calendars/accounts/<str:public_id>/reconnect/", oauth.reconnect, name="reconnect"),
    path("calendars/<str:public_id>/sync/", connections.sync, name="sync"),
    path(
        "calendars/<str:public_id>/disconnection/", connections.disconnection, name="disconnection"
    ),
    path("oauth/<slug:platform>/callback/", oauth.callback, name="oauth_callback"),
]
