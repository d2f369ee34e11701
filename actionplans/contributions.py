"""What plans add to meetings: goals and measures are followed up, and a held meeting makes a version (P-M7, P-P2)."""

from actionplans.actions import new_version, unfollowed
from meetings.closing import CLOSING_CHECK, HELD

CLOSING_CHECK.append(unfollowed)
HELD.append(new_version)
