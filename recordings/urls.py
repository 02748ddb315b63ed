"""Addresses of the `recordings` package."""

from django.urls import URLPattern, path

from recordings.views.library import library
from recordings.views.recording import recording

app_name = "recordings"
urlpatterns: list[URLPattern] = [
    path("", library, name="library"),
    path("<str:public_id>/", recording, name="recording"),
]
