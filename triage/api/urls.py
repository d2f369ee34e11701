"""Addresses under /api/v1/ of concerns; each part has its own file."""

from triage.api.urls_deciding import urlpatterns as deciding
from triage.api.urls_hub import urlpatterns as hub
from triage.api.urls_intake import urlpatterns as intake
from triage.api.urls_judging import urlpatterns as judging
from triage.api.urls_queue import urlpatterns as queue

urlpatterns = [*intake, *judging, *hub, *deciding, *queue]
