"""What triage adds to the demo; registered when the app is ready."""

from hub.contributions import DEMO
from triage.demo.week import tell_week

DEMO.append(tell_week)
