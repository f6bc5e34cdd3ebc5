"""The demo's mailbox."""

from django.urls import path

from . import mailbox

app_name = "mailbox"
urlpatterns = [
    path("", mailbox.index, name="index"),
    path("<str:name>/", mailbox.message, name="message"),
]
