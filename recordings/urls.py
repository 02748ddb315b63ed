"""Addresses of the `recordings` package."""

from django.urls import URLPattern, path

from recordings.views.export import export, export_file
from recordings.views.library import library
from recordings.views.media import captions_vtt, media, transcript
from recordings.views.recording import fetching, recording
from recordings.views.search import search

app_name = "recordings"
urlpatterns: list[URLPattern] = [
    path("", library, name="library"),
    path("search/", search, name="search"),
    path("<str:public_id>/", recording, name="recording"),
    path("<str:public_id>/fetching/", fetching, name="fetching"),
    path("<str:public_id>/media/<str:kind>/", media, name="media"),
    path("<str:public_id>/captions.vtt", captions_vtt, name="captions"),
    path("<str:public_id>/transcript/", transcript, name="transcript"),
    path("<str:public_id>/export/", export, name="export"),
    path("<str:public_id>/export/file/", export_file, name="export_file"),
]
