"""Starts of recurrence sets by python-dateutil.

Reads one JSON object a line: {"zone", "start", "from", "to", "rdates",
"exdates": local times of the zone, "rules", "exrules"}. Writes one line for each: a JSON
list of epoch seconds, or null where it took more than MOST periods or SECONDS,
because rules that never match would run for ever, some of them within one
period. Zones are those of the standard library.
"""

import json
import signal
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

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


signal.signal(signal.SIGVTALRM, give_up)


def local(text):
    return datetime.strptime(text, FORM)


def parse_rule(rule, start):
    """DTSTART counts as the first of COUNT (RFC 5545 section 3.3.10), also where
    the rule does not give it; python-dateutil counts what the rule gives."""
    parsed = rrule.rrulestr(rule, dtstart=start)
    count = parsed._count
    if count is None or next(iter(parsed), None) == start:
        return parsed
    return parsed.replace(count=count - 1)


def rule_starts(case, rule):
    first = local(case["from"])
    last = local(case["to"])
    found = []
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        for each in parse_rule(rule, local(case["start"])):
            if each > last:
                break
            if each >= first:
                found.append(each)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return found


def starts(case):
    zone = ZoneInfo(case["zone"])

    def instant(civil):
        return int(civil.replace(tzinfo=zone, fold=0).timestamp())

    found = {instant(local(case["start"]))}
    for rule in case["rules"]:
        found.update(map(instant, rule_starts(case, rule)))
    found.update(instant(local(each)) for each in case["rdates"])
    for rule in case["exrules"]:
        found.difference_update(map(instant, rule_starts(case, rule)))
    found.difference_update(instant(local(each)) for each in case["exdates"])
    return sorted(found)


def answer(case):
    try:
        return starts(case)
    except (TooMuch, ValueError, OverflowError):
        # ValueError: it refuses rules of which it sees that they never match
        return None


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
