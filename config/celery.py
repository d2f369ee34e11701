"""The task queue: work outside a request, and the beat that starts it.

No task is scheduled for a far instant: a deadline is a row and a tick finds it (architecture, "Clocks"),
so a lost, late or doubled message changes nothing.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

HEARTBEAT_SECONDS = 10
#: How late a reminder or a mail can be when nothing is wrong.
TICK_SECONDS = 5

app = Celery("samverkanshubb")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "heartbeat": {
        "task": "hub.tasks.heartbeat",
        "schedule": HEARTBEAT_SECONDS,
        # A beat that nobody took before the next one is worthless: do not let them queue up.
        "options": {"expires": HEARTBEAT_SECONDS},
    },
    "tick": {
        "task": "hub.tasks.tick",
        "schedule": TICK_SECONDS,
        "options": {"expires": TICK_SECONDS},
    },
    "send-mail": {
        "task": "hub.tasks.send_mail",
        "schedule": TICK_SECONDS,
        "options": {"expires": TICK_SECONDS},
    },
    "rebuild-deadlines": {"task": "hub.tasks.rebuild_deadlines", "schedule": crontab(hour=3, minute=20)},
    # What is kept for an hour is gone soon after it, not some night later.
    "forget-expired": {"task": "hub.tasks.forget_expired", "schedule": crontab(minute="*/10")},
    # No concern stays without an owner when an assignment ends by its own date.
    "find-owners": {"task": "triage.tasks.find_owners", "schedule": 60, "options": {"expires": 60}},
    "forget-drafts": {"task": "triage.tasks.forget_drafts", "schedule": crontab(hour=3, minute=30)},
    "read-calendars": {"task": "meetings.tasks.read_calendars", "schedule": 60, "options": {"expires": 60}},
    "make-proposals": {
        "task": "meetings.tasks.make_proposals",
        "schedule": TICK_SECONDS,
        "options": {"expires": TICK_SECONDS},
    },
    # Nobody stays taken by a meeting of a seat that ended by its own date; feeds and pages are never late.
    "leave-meetings": {"task": "meetings.tasks.leave_meetings", "schedule": crontab(minute="*/10")},
    "forget-past-times": {"task": "meetings.tasks.forget_past_times", "schedule": crontab(hour=3, minute=50)},
    "check-grants": {"task": "consent.tasks.check_grants", "schedule": crontab(hour=3, minute=40)},
}


@setup_logging.connect
def _log_as_the_web_does(**_kwargs: object) -> None:
    """Let Celery log through Django's LOGGING, which keeps personal data out (P-Q)."""
    import logging.config

    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
