"""A session of python-caldav, from discovery to deletion.

Reads {"root", "accounts"} as JSON on standard input and writes one line of
JSON for each step: {"step", "ok", "detail"}; the last one is {"step": "end"}.
"""

import json
import sys
import traceback
from datetime import date, datetime, timezone

import caldav
from caldav.elements import dav
from caldav.lib import error


def report(step, ok, detail=""):
    print(json.dumps({"step": step, "ok": ok, "detail": detail}), flush=True)


def check(step, body):
    """Runs a step and reports it; a failure does not end the session."""
    try:
        body()
    except Exception:
        report(step, False, traceback.format_exc())
    else:
        report(step, True)


def equal(actual, expected):
    assert actual == expected, f"expected {expected!r}, got {actual!r}"


def refused(body, *errors):
    try:
        result = body()
    except errors:
        return
    raise AssertionError(f"was not refused: {result!r}")


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def text(*lines):
    return "".join(f"{line}\r\n" for line in lines)


def wrap(component, *lines):
    return text(
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kalends//Interop//EN",
        f"BEGIN:{component}",
        "DTSTAMP:20261120T080000Z",
        *lines,
        f"END:{component}",
        "END:VCALENDAR",
    )


EVENT = wrap(
    "VEVENT",
    "UID:pc-event",
    "DTSTART:20261203T090000Z",
    "DTEND:20261203T103000Z",
    "SUMMARY:Zug nach Köln",
)
WEEKLY = wrap(
    "VEVENT",
    "UID:pc-weekly",
    "DTSTART:20261201T070000Z",
    "DTEND:20261201T080000Z",
    "RRULE:FREQ=WEEKLY;COUNT=4",
    "SUMMARY:Schwimmen",
)
TODO = wrap(
    "VTODO",
    "UID:pc-todo",
    "DUE:20261205T160000Z",
    "STATUS:NEEDS-ACTION",
    "SUMMARY:Koffer packen",
)
JOURNAL = wrap(
    "VJOURNAL",
    "UID:pc-journal",
    "DTSTART;VALUE=DATE:20261204",
    "SUMMARY:Am Rhein",
)


def uids(objects):
    return sorted(str(one.icalendar_component["UID"]) for one in objects)


def client_of(root, account, password=None):
    return caldav.DAVClient(
        url=root,
        username=account["name"],
        password=password or account["password"],
    )


def main():
    given = json.load(sys.stdin)
    root, (account, other) = given["root"], given["accounts"]
    client = client_of(root, account)
    state = {}

    def discover():
        state["principal"] = client.principal()
        found = [one.url.path for one in state["principal"].calendars()]
        assert any(path.endswith("/home/") for path in found), found
        assert any(path.endswith("/tasks/") for path in found), found

    def features():
        assert client.supports_dav(), "DAV"
        assert client.supports_caldav(), "CalDAV"

    def make():
        calendar = state["principal"].make_calendar(
            name="Reise & Co", cal_id="travel"
        )
        state["calendar"] = calendar
        equal(calendar.get_display_name(), "Reise & Co")
        components = calendar.get_supported_components()
        for wanted in ("VEVENT", "VTODO", "VJOURNAL"):
            assert wanted in components, components

    def listed():
        names = [
            one.get_display_name() for one in state["principal"].calendars()
        ]
        assert "Reise & Co" in names, names

    def todos():
        return state["calendar"].get_todos(include_completed=True)

    def again(name):
        """What was saved under that name, as the server has it now."""
        found = state["calendar"].event_by_url(state[name].url)
        found.load()
        return found

    def save():
        calendar = state["calendar"]
        state["event"] = calendar.add_event(EVENT)
        calendar.add_event(WEEKLY)
        state["todo"] = calendar.add_todo(TODO)
        state["journal"] = calendar.add_journal(JOURNAL)
        equal(uids(calendar.get_events()), ["pc-event", "pc-weekly"])
        equal(uids(todos()), ["pc-todo"])
        equal(uids(calendar.get_todos()), ["pc-todo"])
        equal(uids(calendar.get_journals()), ["pc-journal"])
        found = calendar.get_event_by_uid("pc-event")
        equal(found.data, state["event"].data)

    def by_url():
        found = again("event")
        equal(found.data, state["event"].data)
        url = state["calendar"].url.join("none.ics")
        refused(
            lambda: state["calendar"].event_by_url(url).load(),
            error.NotFoundError,
        )

    def search_event():
        calendar = state["calendar"]
        inside = calendar.search(
            event=True, start=utc(2026, 12, 3), end=utc(2026, 12, 4)
        )
        equal(uids(inside), ["pc-event"])
        outside = calendar.search(
            event=True, start=utc(2026, 12, 4), end=utc(2026, 12, 5)
        )
        equal(uids(outside), [])

    def search_recurring():
        calendar = state["calendar"]
        third = calendar.search(
            event=True, start=utc(2026, 12, 15), end=utc(2026, 12, 16)
        )
        equal(uids(third), ["pc-weekly"])
        after = calendar.search(
            event=True, start=utc(2026, 12, 29), end=utc(2026, 12, 30)
        )
        equal(uids(after), [])

    def search_others():
        calendar = state["calendar"]
        due = calendar.search(
            todo=True,
            include_completed=True,
            start=utc(2026, 12, 5),
            end=utc(2026, 12, 6),
        )
        equal(uids(due), ["pc-todo"])
        journals = calendar.search(
            journal=True, start=utc(2026, 12, 4), end=utc(2026, 12, 5)
        )
        equal(uids(journals), ["pc-journal"])

    def sync():
        calendar = state["calendar"]
        first = calendar.get_objects_by_sync_token(
            load_objects=True, disable_fallback=True
        )
        equal(len(list(first)), 4)
        nothing = calendar.get_objects_by_sync_token(
            first.sync_token, load_objects=True, disable_fallback=True
        )
        equal(list(nothing), [])
        equal(nothing.sync_token, first.sync_token)
        state["synced"] = first

    def update():
        event = again("event")
        with event.edit_icalendar_component() as component:
            component["SUMMARY"] = "Zug nach Bonn"
        event.save()
        summary = again("event").icalendar_component["SUMMARY"]
        equal(str(summary), "Zug nach Bonn")

    def status():
        return str(todos()[0].icalendar_component.get("STATUS"))

    def complete():
        (todo,) = todos()
        todo.complete()
        equal(status(), "COMPLETED")
        todo.uncomplete()
        with todo.edit_icalendar_component() as component:
            component["SUMMARY"] = "Koffer und Tasche packen"
        todo.save()
        equal(status(), "NEEDS-ACTION")

    def delete():
        state["journal"].delete()
        equal(uids(state["calendar"].get_journals()), [])

    def sync_changes():
        updated, deleted = state["synced"].sync()
        equal(uids(updated), ["pc-event", "pc-todo"])
        equal(len(list(deleted)), 1)

    def rename():
        calendar = state["calendar"]
        calendar.set_properties([dav.DisplayName("Urlaub")])
        names = [one.get_display_name() for one in state["principal"].calendars()]
        assert "Urlaub" in names and "Reise & Co" not in names, names

    def foreign():
        stranger = client_of(root, other)
        url = state["calendar"].url
        calendar = stranger.calendar(url=url)
        wanted = (error.AuthorizationError, error.NotFoundError)
        refused(calendar.get_events, *wanted)
        refused(lambda: calendar.add_event(EVENT), *wanted, error.PutError)
        refused(lambda: stranger.request(str(url), "DELETE") and
                calendar.get_display_name(), *wanted)
        paths = [one.url.path for one in stranger.principal().calendars()]
        assert not any("travel" in path for path in paths), paths
        equal(len(state["calendar"].get_events()), 2)

    def wrong_password():
        refused(
            client_of(root, account, "wrong").principal,
            error.AuthorizationError,
        )

    def delete_calendar():
        state["calendar"].delete()
        paths = [one.url.path for one in state["principal"].calendars()]
        assert not any("travel" in path for path in paths), paths
        again = state["principal"].make_calendar(name="Neu", cal_id="travel")
        equal(uids(again.get_events()), [])
        again.delete()

    check("discovers principal and calendars from the root URL", discover)
    check("is told of DAV and CalDAV", features)
    check("makes a calendar", make)
    check("lists it by name", listed)
    check("saves events, a to-do and a journal entry", save)
    check("loads an event by its URL", by_url)
    check("searches events by time range", search_event)
    check("searches a repeating event by time range", search_recurring)
    check("searches to-dos and journals by time range", search_others)
    check("syncs by token", sync)
    check("updates an event", update)
    check("completes a to-do and takes it back", complete)
    check("deletes a journal entry", delete)
    check("syncs the changes and the deletion", sync_changes)
    check("renames the calendar", rename)
    check("another user is refused, and nothing is changed", foreign)
    check("is refused with a wrong password", wrong_password)
    check("deletes the calendar; its name is free at once", delete_calendar)
    report("end", True)


main()
