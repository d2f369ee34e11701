"""Addresses of concerns, from the report to the decision; each part has its own file."""

from triage.urls_deciding import urlpatterns as deciding
from triage.urls_hub import urlpatterns as hub
from triage.urls_intake import urlpatterns as intake
from triage.urls_judging import urlpatterns as judging
from triage.urls_queue import urlpatterns as queue

app_name = "triage"

urlpatterns = [*intake, *judging, *hub, *deciding, *queue]
