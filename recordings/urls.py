"""Addresses of the `recordings` package."""

from django.urls import URLPattern, path

from recordings.views.access import answer, asking, insiders
from recordings.views.changes import changes
from recordings.views.corrections import corrections, name, text, turn, undo
from recordings.views.export import export, export_file
from recordings.views.keeping import (
    attempt,
    bin_page,
    deletion,
    keep,
    receipt,
    receipt_file,
)
from recordings.views.keeping import restoration as bin_restoration
from recordings.views.library import library
from recordings.views.many import deletion as many_deletion
from recordings.views.many import keep as many_keep
from recordings.views.many import refetching, texts
from recordings.views.many import release as many_release
from recordings.views.many import restoration as many_restoration
from recordings.views.media import captions_vtt, media, transcript
from recordings.views.recording import fetching, recording
from recordings.views.sample import sample
from recordings.views.screenshots import screenshot, screenshots
from recordings.views.search import search
from recordings.views.sharing import panel, restoration, revocation, revocation_of_all
from recordings.views.title import title
from recordings.views.title import undo as title_undo
from recordings.views.versions import showing, transcription

app_name = "recordings"
urlpatterns: list[URLPattern] = [
    path("", library, name="library"),
    path("search/", search, name="search"),
    path("sample/", sample, name="sample"),
    path("texts/", texts, name="texts"),
    path("refetching/", refetching, name="refetching"),
    path("keeping/", many_keep, name="many_keeping"),
    path("release/", many_release, name="many_release"),
    path("deletion/", many_deletion, name="many_deletion"),
    path("restoration/", many_restoration, name="many_restoration"),
    path("bin/", bin_page, name="bin"),
    path("deletions/<str:public_id>/", receipt, name="receipt"),
    path("deletions/<str:public_id>/receipt.txt", receipt_file, name="receipt_file"),
    path("deletions/<str:public_id>/attempt/", attempt, name="deletion_attempt"),
    path("shares/<str:public_id>/revocation/", revocation, name="share_revocation"),
    path("shares/<str:public_id>/restoration/", restoration, name="share_restoration"),
    path("<str:public_id>/", recording, name="recording"),
    path("<str:public_id>/title/", title, name="title"),
    path("<str:public_id>/title/undo/", title_undo, name="title_undo"),
    path("<str:public_id>/fetching/", fetching, name="fetching"),
    path("<str:public_id>/media/<str:kind>/", media, name="media"),
    path("<str:public_id>/screenshots/", screenshots, name="screenshots"),
    path("<str:public_id>/screenshots/<int:number>/", screenshot, name="screenshot"),
    path("<str:public_id>/captions.vtt", captions_vtt, name="captions"),
    path("<str:public_id>/transcript/", transcript, name="transcript"),
    path("<str:public_id>/turns/<int:index>/", turn, name="turn"),
    path("<str:public_id>/turns/<int:index>/name/", name, name="turn_name"),
    path("<str:public_id>/turns/<int:index>/text/", text, name="turn_text"),
    path("<str:public_id>/corrections/", corrections, name="corrections"),
    path("<str:public_id>/corrections/<str:correction_id>/undo/", undo, name="undo"),
    path("<str:public_id>/transcription/", transcription, name="transcription"),
    path("<str:public_id>/versions/<str:version_id>/showing/", showing, name="showing"),
    path("<str:public_id>/changes/", changes, name="changes"),
    path("<str:public_id>/keeping/", keep, name="keeping"),
    path("<str:public_id>/deletion/", deletion, name="deletion"),
    path("<str:public_id>/restoration/", bin_restoration, name="restoration"),
    path("<str:public_id>/sharing/", panel, name="sharing"),
    path("<str:public_id>/sharing/revocation/", revocation_of_all, name="sharing_revocation"),
    path("<str:public_id>/insiders/", insiders, name="insiders"),
    path("<str:public_id>/asking/", asking, name="asking"),
    path("<str:public_id>/asking/<str:request_id>/answer/", answer, name="answer"),
    path("<str:public_id>/export/", export, name="export"),
    path("<str:public_id>/export/file/", export_file, name="export_file"),
]
