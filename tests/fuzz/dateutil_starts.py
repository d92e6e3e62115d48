"""Starts of recurrence rules by python-dateutil.

Reads one JSON object a line: {"start", "from", "to": local times, "rule"}.
Writes one line for each: a JSON list of local times, or null where it took
more than MOST periods or SECONDS, because rules that never match would run for
ever, some of them within one period.
"""

import json
import signal
import sys
from datetime import datetime

from dateutil import rrule

MOST = 5_000
SECONDS = 0.05
FORM = "%Y%m%dT%H%M%S"


class TooMuch(Exception):
    pass


class CountedInfo(rrule._iterinfo):
    """Counts the periods that are looked at."""

    def __init__(self, *args):
        super().__init__(*args)
        self.left = MOST

    def count(self):
        self.left -= 1
        if self.left < 0:
            raise TooMuch

    def ydayset(self, *args):
        self.count()
        return super().ydayset(*args)

    def mdayset(self, *args):
        self.count()
        return super().mdayset(*args)

    def wdayset(self, *args):
        self.count()
        return super().wdayset(*args)

    def ddayset(self, *args):
        self.count()
        return super().ddayset(*args)


rrule._iterinfo = CountedInfo


def give_up(*_):
    raise TooMuch


signal.signal(signal.SIGALRM, give_up)


def starts(case):
    first = datetime.strptime(case["from"], FORM)
    last = datetime.strptime(case["to"], FORM)
    found = []
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        rule = rrule.rrulestr(
            case["rule"], dtstart=datetime.strptime(case["start"], FORM)
        )
        for each in rule:
            if each > last:
                break
            if each >= first:
                found.append(each.strftime(FORM))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return found


def answer(case):
    try:
        return starts(case)
    except (TooMuch, ValueError):
        # ValueError: it refuses rules of which it sees that they never match
        return None


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
