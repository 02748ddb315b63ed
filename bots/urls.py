"""Addresses of bots. What a person asks of one is a noun below it: POST …/leaving/."""

from django.urls import path

from bots.views import bot, change, index, new, report, room, why, wishes

app_name = "bots"
urlpatterns = [
    path("", index.bots, name="index"),
    path("table.csv", index.table, name="table"),
    path("new/", new.new, name="new"),
    path("recognition/", new.recognition, name="recognition"),
    path("why/", why.causes, name="causes"),
    path("why/<slug:cause>/", why.cause, name="cause"),
    path("<str:public_id>/", bot.bot, name="detail"),
    path("<str:public_id>/room/", room.look, name="room"),
    path("<str:public_id>/picture/", room.picture, name="picture"),
    path("<str:public_id>/report/", report.report, name="report"),
    path("<str:public_id>/change/", change.change, name="change"),
    path("<str:public_id>/leaving/", wishes.leaving, name="leaving"),
    path("<str:public_id>/pause/", wishes.pause, name="pause"),
    path("<str:public_id>/resumption/", wishes.resumption, name="resumption"),
    path("<str:public_id>/end-of-recording/", wishes.end, name="end_recording"),
    path("<str:public_id>/new-recording/", wishes.begin, name="new_recording"),
    path("<str:public_id>/chat-messages/", wishes.chat_messages, name="chat_messages"),
]
