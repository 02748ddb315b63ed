"""Addresses of the `accounts` package; sign-in and its relatives come from allauth."""

from django.urls import path

from accounts import invitation_views, views

app_name = "accounts"
urlpatterns = [
    path("invitations/<str:token>/", invitation_views.invitation, name="invitation"),
    path("time-zone/", views.time_zone, name="time_zone"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/end/", views.sessions_end, name="sessions_end"),
    path("sessions/<str:public_id>/end/", views.session_end, name="session_end"),
]
