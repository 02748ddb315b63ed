"""Addresses of the `accounts` package; sign-in and its relatives come from allauth."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("time-zone/", views.time_zone, name="time_zone"),
]
