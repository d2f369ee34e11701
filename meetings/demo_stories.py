"""What meetings add to the demo; registered when the app is ready."""

from hub.contributions import DEMO
from meetings.demo.seeding import tell_meetings

DEMO.append(tell_meetings)
