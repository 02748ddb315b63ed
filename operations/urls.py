"""Addresses for machines. The front door answers them before any other middleware is asked."""

from django.urls import path

from operations import health, metrics

app_name = "operations"
urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
]
