"""Addresses of the `webhooks` package."""

from django.urls import URLPattern

app_name = "webhooks"
urlpatterns: list[URLPattern] = []
