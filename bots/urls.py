"""Addresses of bots. What a person asks of one is a noun below it: POST …/leaving/."""

from django.urls import path

from bots.views import bot, index, why, wishes

app_name = "bots"
urlpatterns = [
    path("", index.bots, name="index"),
    path("why/", why.causes, name="causes"),
    path("why/<slug:cause>/", why.cause, name="cause"),
    path("<str:public_id>/", bot.bot, name="detail"),
    path("<str:public_id>/leaving/", wishes.leaving, name="leaving"),
    path("<str:public_id>/pause/", wishes.pause, name="pause"),
    path("<str:public_id>/resumption/", wishes.resumption, name="resumption"),
    path("<str:public_id>/chat-messages/", wishes.chat_messages, name="chat_messages"),
]
