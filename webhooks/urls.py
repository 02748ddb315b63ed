"""Addresses of the `webhooks` package; under ASGI the endpoint answers before Django is asked."""

from django.urls import path

from webhooks import views

app_name = "webhooks"
urlpatterns = [path("<slug:account>/", views.receive, name="receive")]
