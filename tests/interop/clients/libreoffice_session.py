"""A session of LibreOffice without a screen: documents stored, edited under
their locks, copied, renamed and deleted by its own WebDAV provider.

Reads {"files", "name", "password"} as JSON on standard input and writes one
line of JSON for each step: {"step", "ok", "detail"}; the last one is
{"step": "end"}.
"""

import base64
import io
import json
import os
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
import zipfile
from urllib.parse import quote

import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.task import XInteractionHandler
from com.sun.star.uno import Exception as UnoException

ACCOUNT = json.load(sys.stdin)
FILES = ACCOUNT["files"]
NAMES = [f"letter {number} é.odt" for number in range(10)]
LOCK = (
    b'<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    b"<D:locktype><D:write/></D:locktype></D:lockinfo>"
)


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


def at(folder, name=""):
    """URL of a folder, or of a document in it."""
    path = f"{folder}/{name}" if name else folder
    return FILES + quote(path)


class SignIn(unohelper.Base, XInteractionHandler):
    """Answers requests for a password, and leaves all others unanswered."""

    def handle(self, request):
        for answer in request.getContinuations():
            if hasattr(answer, "setPassword"):
                answer.setUserName(ACCOUNT["name"])
                answer.setPassword(ACCOUNT["password"])
                answer.select()
                return


def properties(**values):
    made = []
    for name, value in values.items():
        item = PropertyValue()
        item.Name = name
        item.Value = value
        made.append(item)
    return tuple(made)


class Office:
    """A LibreOffice process with a profile of its own."""

    def __init__(self):
        self.process = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                f"-env:UserInstallation=file://{os.environ['HOME']}/profile",
                f"--accept=pipe,name=kalends-{os.getpid()};urp;",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        context = self.connect()
        self.sign_in = SignIn()
        manager = context.ServiceManager
        self.desktop = manager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
        self.access = manager.createInstanceWithContext(
            "com.sun.star.ucb.SimpleFileAccess", context
        )
        self.access.setInteractionHandler(self.sign_in)

    def connect(self):
        here = uno.getComponentContext()
        resolver = here.ServiceManager.createInstance(
            "com.sun.star.bridge.UnoUrlResolver"
        )
        address = f"pipe,name=kalends-{os.getpid()};urp"
        for _ in range(600):
            try:
                return resolver.resolve(f"uno:{address};StarOffice.ComponentContext")
            except NoConnectException:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.process.kill()
        raise RuntimeError("LibreOffice does not start")

    def load(self, url):
        return self.desktop.loadComponentFromURL(
            url,
            "_blank",
            0,
            properties(
                Hidden=True,
                InteractionHandler=self.sign_in,
                AuthenticationHandler=self.sign_in,
            ),
        )

    def create(self, url, text):
        document = self.load("private:factory/swriter")
        try:
            document.Text.setString(text)
            document.storeAsURL(
                url,
                properties(
                    FilterName="writer8",
                    InteractionHandler=self.sign_in,
                ),
            )
        finally:
            document.close(True)

    def end(self):
        try:
            self.desktop.terminate()
        except UnoException:
            pass  # It closes the connection before it answers.
        self.process.wait(60)


def ask(method, url, body=None, headers=None):
    """One request as somebody else makes it, with no lock token."""
    plain = f'{ACCOUNT["name"]}:{ACCOUNT["password"]}'.encode()
    request = urllib.request.Request(url, body, headers or {}, method=method)
    request.add_header("Authorization", "Basic " + base64.b64encode(plain).decode())
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def status(method, url, body=None):
    return ask(method, url, body)[0]


def lock(url):
    """Locks as somebody else; gives what ends the lock."""
    code, headers, _ = ask("LOCK", url, LOCK, {"Content-Type": "text/xml"})
    equal(code, 200)
    token = {"Lock-Token": headers["Lock-Token"]}
    return lambda: equal(ask("UNLOCK", url, None, token)[0], 204)


def stored_text(url):
    """What a document holds as the server has it."""
    code, _, body = ask("GET", url)
    equal(code, 200)
    with zipfile.ZipFile(io.BytesIO(body)) as document:
        equal(document.testzip(), None)
        return document.read("content.xml").decode()


def assert_stored(folder, texts):
    for name, text in texts.items():
        content = stored_text(at(folder, name))
        assert text in content, f"{name} holds another text than {text!r}"


def run(office):
    texts = {name: f"{name}, as it was first stored" for name in NAMES}
    first, second, third = NAMES[:3]

    def names_in(url):
        found = office.access.getFolderContents(url, True)
        return sorted(each.rstrip("/").rsplit("/", 1)[1] for each in found)

    def store():
        office.access.createFolder(at("letters"))
        for name, text in texts.items():
            office.create(at("letters", name), text)
        assert_stored("letters", texts)

    def read_back():
        for name, text in texts.items():
            document = office.load(at("letters", name))
            equal(document.Text.getString(), text)
            equal(document.isReadonly(), False)
            document.close(True)

    def edit_under_lock():
        url = at("letters", first)
        document = office.load(url)
        equal(status("PUT", url, b"past the lock"), 423)
        equal(status("DELETE", url), 423)
        for text in ["edited and stored", "edited again and stored"]:
            document.Text.setString(text)
            document.store()
            equal(status("PUT", url, b"past the lock"), 423)
            texts[first] = text
            assert_stored("letters", texts)
        document.close(True)
        lock(url)()  # LibreOffice has let go of its own.

    def respect_lock():
        url = at("letters", second)
        unlock = lock(url)
        try:
            document = office.load(url)
        except UnoException:
            pass  # Nobody answered whether a copy will do.
        else:
            equal(document.isReadonly(), True)
            document.close(True)
        try:
            office.create(url, "over the lock")
        except UnoException:
            pass
        else:
            raise AssertionError("stored over the lock")
        assert_stored("letters", texts)
        unlock()

    def copy():
        office.access.copy(at("letters", third), at("letters", "copy.odt"))
        office.access.move(at("letters", "copy.odt"), at("letters", "kept.odt"))
        texts["kept.odt"] = texts[third]
        office.access.copy(at("letters"), at("twin"))
        assert_stored("letters", texts)
        assert_stored("twin", texts)

    def rename():
        office.access.move(at("twin"), at("archive"))
        equal(status("GET", at("twin", first)), 404)
        assert_stored("archive", texts)
        equal(names_in(at("archive")), sorted(quote(name) for name in texts))

    def delete():
        office.access.kill(at("archive", third))
        equal(status("GET", at("archive", third)), 404)
        left = {name: text for name, text in texts.items() if name != third}
        assert_stored("archive", left)
        office.access.kill(at("archive"))
        office.access.kill(at("letters"))
        equal(names_in(FILES), [])

    check("stores 10 new documents in a new folder", store)
    check("reads them back", read_back)
    check("edits a document, locked while it is open", edit_under_lock)
    check("stores nothing over the lock of somebody else", respect_lock)
    check("copies and renames a document, and copies the folder", copy)
    check("renames the folder and lists it", rename)
    check("deletes a document and the folders", delete)


office = Office()
try:
    run(office)
finally:
    office.end()
print(json.dumps({"step": "end"}), flush=True)
