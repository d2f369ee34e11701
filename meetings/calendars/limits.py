"""What reading somebody else's calendar may cost (P-M4): a file is hostile until it has been read.

Only the standard library, and no Django: the process that reads a file imports this first and confines itself with it.
"""

import resource
from datetime import timedelta

MEGABYTE = 1024 * 1024

#: A file larger than this is refused before a byte of it is looked at. Ten years of a busy person is 2-4 MB.
MAX_BYTES = 5 * MEGABYTE
#: The longest stretch of time that busy times may be asked for.
MAX_WINDOW = timedelta(days=400)

#: The reading process: processor seconds, seconds on the wall, bytes of address space.
CPU_SECONDS = 2
WALL_SECONDS = 1.8
#: On the wall for work in the background, where nobody waits: a busy machine is no fault of the file.
BACKGROUND_SECONDS = 10.0
MEMORY_BYTES = 100 * MEGABYTE
#: Processor seconds that one repeating event may take. Past it, that event is left out and the rest is read.
SERIES_SECONDS = 0.25
#: So many such events, and the file is refused instead.
MAX_SLOW_SERIES = 3

#: Occurrences in the window, all events together. A working day of 16 half hours every day for 400 days is 6 400.
MAX_OCCURRENCES = 20_000
#: Events that touch the window or repeat.
MAX_EVENTS = 10_000
#: Lines of the file. 5 MB of real events are some 150 000.
MAX_LINES = 250_000
MAX_ZONES = 100
#: Components within each other; the standard needs three (calendar, time zone, summer time).
MAX_DEPTH = 16
#: Bytes of dates and rules in one event: some 8 000 exceptions.
MAX_EVENT_BYTES = 128 * 1024
#: Bytes of one line about somebody who is asked.
MAX_ATTENDEE = 4 * 1024
#: Characters of one rule. The longest that makes sense, every day of the year by number, has some 1 500.
MAX_RULE = 2_000


def confine() -> None:
    """Bind this process: memory, processor time, no large files, no new processes, no core dump.

    Called before anything of the file is read and before the parser is imported. The kernel does the rest: past the
    memory an allocation fails, past the time the process is killed.
    """
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_BYTES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (value, value))
