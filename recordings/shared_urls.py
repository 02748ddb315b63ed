"""Addresses of what is shared: open to whoever has the link, and to nobody who guesses."""

from django.urls import path

from recordings.views import shared

app_name = "shared"
urlpatterns = [
    path("<str:token>/", shared.page, name="page"),
    path("<str:token>/passcode/", shared.passcode, name="passcode"),
    path("<str:token>/media/", shared.media, name="media"),
    path("<str:token>/captions.vtt", shared.captions_vtt, name="captions"),
    path("<str:token>/text/", shared.text, name="text"),
]
