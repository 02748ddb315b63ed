"""Addresses of the `live` package; under ASGI the stream itself answers before Django is asked."""

from django.urls import path

from live import views

app_name = "live"
urlpatterns = [path("", views.no_stream, name="stream")]
