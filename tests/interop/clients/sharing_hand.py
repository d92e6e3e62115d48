"""python-caldav in the hands of several people, one order at a time.

Reads lines of JSON on standard input: first {"root", "accounts"}, then orders
{"who", "do", ...}. Answers each line with one line, {"value"} or {"error"}.
"""

import json
import sys
import traceback
from datetime import datetime, timezone

import caldav
from caldav.elements import dav, ical


def main():
    given = json.loads(sys.stdin.readline())
    clients = {
        account["name"]: caldav.DAVClient(
            url=given["root"],
            username=account["name"],
            password=account["password"],
        )
        for account in given["accounts"]
    }
    print(json.dumps({"value": None}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            value = ORDERS[order["do"]](clients[order["who"]], order)
            answer = {"value": value}
        except Exception as problem:
            name = type(problem).__name__
            answer = {"error": name, "detail": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


def calendar_of(client, order):
    return client.calendar(url=order["url"])


def event_of(client, order):
    return calendar_of(client, order).get_event_by_uid(order["uid"])


def calendars(client, _order):
    """Every calendar of the principal's home: its path, name and colour."""
    return [
        {
            "path": one.url.path,
            "name": one.get_display_name(),
            "color": one.get_property(ical.CalendarColor()),
        }
        for one in client.principal().calendars()
    ]


def events(client, order):
    found = calendar_of(client, order).get_events()
    return sorted(str(one.icalendar_component["SUMMARY"]) for one in found)


def busy(client, order):
    answer = calendar_of(client, order).freebusy_request(
        datetime(2026, 12, 1, tzinfo=timezone.utc),
        datetime(2027, 1, 1, tzinfo=timezone.utc),
    )
    return str(answer.data)


def add(client, order):
    return str(calendar_of(client, order).add_event(order["text"]).url)


def change(client, order):
    event = event_of(client, order)
    with event.edit_icalendar_component() as component:
        component["SUMMARY"] = order["summary"]
    event.save()


def delete(client, order):
    event_of(client, order).delete()


def patch(client, order):
    values = []
    if "name" in order:
        values.append(dav.DisplayName(order["name"]))
    if "color" in order:
        values.append(ical.CalendarColor(order["color"]))
    calendar_of(client, order).set_properties(values)


def remove(client, order):
    calendar_of(client, order).delete()


def send(client, order):
    """Any other request; answers its status."""
    headers = {"Content-Type": "application/xml; charset=utf-8"}
    answer = client.request(
        order["url"], order["method"], order["body"], headers
    )
    return answer.status


ORDERS = {
    "calendars": calendars,
    "events": events,
    "busy": busy,
    "add": add,
    "change": change,
    "delete": delete,
    "patch": patch,
    "remove": remove,
    "send": send,
}

main()
