"""What all movers of this folder's kind say and do: lines of the log, children, results.

A line that begins with "mover: " is ours; whatever another program prints has "| " in front, so that no name of a file can pass for a line of ours.
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time

from walk import printable

VOLUME = "/volume"
DATA = os.environ.get("VOLUME_DATA", VOLUME + "/data")
TMP = os.environ.get("MOVER_TMP", "/tmp")
HERE = os.path.dirname(os.path.abspath(__file__))
TERMINATION_LOG = os.environ.get("TERMINATION_LOG", "/dev/termination-log")

AGAIN = 1
IN_VAIN = 3
MOST_NAMED = 3


def say(line):
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def fail(words, code):
    """Ends with one line of words: which file, and why."""
    line = "mover: failure " + "".join(c if c.isprintable() else "?" for c in words)[:400]
    say(line)
    terminate(line)
    sys.exit(code)


def terminate(line):
    try:
        with open(TERMINATION_LOG, "w") as log:
            log.write(line + "\n")
    except OSError:
        pass  # the log has it


def failed_files(failures, code=IN_VAIN):
    """Ends because of files: failures are pairs of a name and a reason."""
    names = ["%s: %s" % (name, why) for name, why in failures[:MOST_NAMED]]
    more = len(failures) - len(names)
    fail("; ".join(names) + (" (and %d more)" % more if more else ""), code)


class Progress:
    """Says how far it is, at most every few seconds."""

    def __init__(self, total=0, every=5):
        self.total, self.every, self.last = total, every, 0

    def at(self, done, total=None):
        self.total = self.total if total is None else total
        if time.monotonic() - self.last >= self.every:
            self.last = time.monotonic()
            say("mover: progress bytes=%d total=%d" % (done, max(self.total, done)))


def start(command, **options):
    """A child that does not outlive us."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    CHILDREN.append(child)
    return child


CHILDREN = []


def end_children():
    for child in CHILDREN:
        if child.poll() is None:
            child.kill()


def end(number, frame):
    end_children()
    os._exit(128 + number)


def watch_signals():
    # Process 1 of a container has no default answer to them.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def lines(command, env=None, within=None):
    """Runs a program and yields what it prints, by lines; its exit code comes last. It is killed after so many seconds."""
    child = start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
    limit = threading.Timer(within or 0, child.kill)
    if within:
        limit.start()
    rest = b""
    while chunk := os.read(child.stdout.fileno(), 65536):
        *whole, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        yield from (printable(line) for line in whole if line.strip())
    if rest.strip():
        yield printable(rest)
    limit.cancel()
    yield child.wait()


def count():
    """What the volume has, while it is in use."""
    return json.loads(subprocess.check_output(walk("--count")))


def walk(*options):
    return [sys.executable, "-B", os.path.join(HERE, "walk.py"), DATA, *options]


class Comparison:
    """A walk of everything beside other work."""

    def __init__(self):
        self.child = start(walk(), stdout=subprocess.PIPE)

    def found(self):
        out, _ = self.child.communicate()
        if self.child.returncode != 0:
            fail("the volume could not be gone through", AGAIN)
        return json.loads(out)

    def stop(self):
        self.child.kill()
        self.child.communicate()


def result(found, skipped=0):
    """Says what the volume has, in the log and in the status of the pod."""
    if found["unread"] and found["digest"]:
        failed_files(found["unread"])
    line = "mover: result files=%d bytes=%d skipped=%d digest=%s" % (
        found["files"], found["bytes"], skipped + len(found["unread"]), found["digest"])
    say(line)
    terminate(line)


def to_disk():
    """What the page cache has must be on the disk before anybody relies on it."""
    if subprocess.call(["sync", "-f", DATA], stdin=subprocess.DEVNULL) != 0:
        fail("the volume could not be written to its disk", AGAIN)


def is_final():
    return os.environ["PASS"] == "final"
