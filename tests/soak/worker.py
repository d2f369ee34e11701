"""The product's own worker and beat, hurried: every task twice a second, and a clock that the trial winds forward.

`celery -A tests.soak.worker worker|beat`. SOAK_CLOCK names a file: "instant in the story, seconds of the machine".
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from config.celery import app
from hub import clock

OFTEN = 0.5  # seconds


def wound() -> datetime:
    """The story's time: as far from the file's instant as the machine has come since it was written."""
    instant, seconds = Path(os.environ["SOAK_CLOCK"]).read_text().split()
    return datetime.fromisoformat(instant) + timedelta(seconds=time.time() - float(seconds))  # noqa: TID251 - as above


clock.now = wound

app.conf.beat_schedule = {
    name: {"task": f"hub.tasks.{task}", "schedule": seconds, "options": {"expires": 2.0}}
    for name, task, seconds in (
        ("heartbeat", "heartbeat", OFTEN),
        ("tick", "tick", OFTEN),
        ("send-mail", "send_mail", OFTEN),
        ("rebuild", "rebuild_deadlines", float(os.environ.get("SOAK_REBUILD", "20"))),
    )
}
if os.environ.get("SOAK_PLANNER"):
    app.conf.beat_schedule["make-proposals"] = {
        "task": "meetings.tasks.make_proposals",
        "schedule": OFTEN,
        "options": {"expires": 2.0},
    }
app.conf.broker_connection_retry_on_startup = True
app.conf.beat_max_loop_interval = OFTEN

__all__ = ["app"]
