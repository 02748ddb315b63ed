"""The one address of the `letters` package."""

from django.urls import path

from letters import views

app_name = "letters"
urlpatterns = [path("<str:token>/", views.refusal, name="refusal")]
