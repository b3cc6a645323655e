"""When a process that ended is started anew, and when no more."""

from dataclasses import dataclass

RESTARTS = 10
_SHORT_LIFE = 1.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 30.0


@dataclass
class Restarts:
    """The pauses before the starts of one process.

    The first is a tenth of a second. After a life of less than a second it is twice the one before,
    up to half a minute; a longer life begins anew. So many short lives in a row as there is a
    `limit` for may be followed by another, and no more.
    """

    limit: int = RESTARTS
    short_lives: int = 0

    def pause(self, life: float) -> float | None:
        """The seconds to wait before the next start; None where there shall be none.

        Argument: the seconds from when the process was ready to its end, 0 where it never was.
        """
        if life >= _SHORT_LIFE:
            self.short_lives = 0
        self.short_lives += 1
        if self.short_lives > self.limit:
            return None
        doublings = min(self.short_lives - 1, 16)
        return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)
