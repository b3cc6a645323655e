"""What processors have done for a process."""

import sys
import time

_PROCESS_CLOCK = 2  # CPUCLOCK_SCHED: the sum over the threads of a process


def processor_seconds(pid: int) -> float:
    """Seconds that processors have worked for a process; 0 where it has ended. Where the system
    does not say, as only Linux does, these are the seconds on the clock.

    Specification: POSIX.1-2017 `clock_getcpuclockid`, as Linux numbers the clocks.
    """
    if sys.platform != "linux":
        return time.monotonic()
    try:
        return time.clock_gettime(~pid << 3 | _PROCESS_CLOCK)
    except OSError:
        return 0.0
