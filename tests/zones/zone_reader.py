"""Answers questions about zones: one JSON object a line in, one a line out.

Given the text of an iCalendar object with one VTIMEZONE and wall-clock times,
in seconds as if they were UTC: the offsets that icalendar reads there. And
all changes of offset that the zone of that name has in the package tzdata.
"""

import importlib.metadata
import json
import sys
import zoneinfo
from datetime import datetime, timedelta, timezone

import icalendar
import tzdata

EPOCH = datetime(1970, 1, 1)
# shorter than the shortest time between two changes
STEP = 6 * 86400


def read_offsets(question):
    calendar = icalendar.Calendar.from_ical(question["text"])
    component = calendar.walk("VTIMEZONE")[0]
    # what the component says, not what Python knows by that name
    zone = component.to_tz(lookup_tzid=False)
    return [
        (EPOCH + timedelta(seconds=each)).replace(tzinfo=zone).utcoffset().total_seconds()
        for each in question["times"]
    ]


def list_changes(name, start, end):
    zone = zoneinfo.ZoneInfo.no_cache(name)

    def offset_at(instant):
        there = datetime.fromtimestamp(instant, timezone.utc).astimezone(zone)
        return int(there.utcoffset().total_seconds())

    changes = []
    low, offset = start - 1, offset_at(start - 1)
    while low < end - 1:
        high = min(low + STEP, end - 1)
        while offset_at(high) != offset:
            before, after = low, high
            while after - before > 1:
                middle = (before + after) // 2
                if offset_at(middle) == offset:
                    before = middle
                else:
                    after = middle
            low, offset = after, offset_at(after)
            changes.append([low, offset])
        low = high
    return changes


def main():
    # only the package: the system's own copy may be of any age
    zoneinfo.reset_tzpath(to=[])
    icalendar.use_zoneinfo()
    about = {"icalendar": importlib.metadata.version("icalendar"), "iana": tzdata.IANA_VERSION}
    print(json.dumps(about))
    for line in sys.stdin:
        question = json.loads(line)
        start, end = question["span"]
        answer = {"changes": list_changes(question["id"], start, end)}
        answer["offsets"] = read_offsets(question)
        print(json.dumps(answer))


main()
