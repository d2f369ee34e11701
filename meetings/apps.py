"""Network meetings and their rhythm."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
