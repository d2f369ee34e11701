"""What meetings add to the demo; registered when the app is ready."""

from hub.contributions import DEMO
from meetings.demo.groups import tell_groups
from meetings.demo.seeding import tell_meetings, tell_proposal

DEMO.extend((tell_meetings, tell_groups, tell_proposal))
