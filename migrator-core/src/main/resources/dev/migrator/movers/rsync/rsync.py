"""Copies a volume from pod to pod: an rsync daemon at the target, behind TLS with a key of this transfer; rsync at the source.

The source tells the target what it does by empty files in a second module: begin (data comes now), copied (all of it has), done.
"""
import os
import re
import subprocess
import sys
import time

import mover

KEY = os.environ.get("MOVER_KEY", "/key/psk")
CONTROL = mover.TMP + "/control"
LISTENING = mover.TMP + "/listening"
TLS_LOG = mover.TMP + "/tls.log"
TLS_PORT = int(os.environ.get("TLS_PORT", "8873"))
DAEMON_PORT = int(os.environ.get("DAEMON_PORT", "8730"))

# How long, in seconds, a source tries to reach its target, and a target waits for its source.
REACHED_WITHIN = int(os.environ.get("REACHED_WITHIN", "120"))
BEGUN_WITHIN = int(os.environ.get("BEGUN_WITHIN", "600"))

# Exit codes of rsync: some files were not copied, some vanished, too many to delete; what no other try mends.
PARTIAL, VANISHED = 23, 24
HOPELESS = {1: "wrong arguments", 2: "rsync of another version", 4: "not supported", 11: "the target cannot be written", 22: "no memory"}

TLS = """\
foreground = yes
pid =
debug = warning
syslog = no
{ends}
ciphers = PSK
PSKsecrets = {key}
sslVersionMin = TLSv1.2
TIMEOUTidle = 604800
socket = l:SO_KEEPALIVE=1
socket = l:TCP_KEEPIDLE=30
socket = l:TCP_KEEPINTVL=10
socket = l:TCP_KEEPCNT=6
socket = r:SO_KEEPALIVE=1
socket = r:TCP_KEEPIDLE=30
socket = r:TCP_KEEPINTVL=10
socket = r:TCP_KEEPCNT=6
"""

# In chroot, for outside of it the daemon would change the targets of symbolic links.
DAEMON = """\
port = {port}
address = 127.0.0.1
hosts allow = 127.0.0.1
pid file =
log file = /dev/null
use chroot = {chroot}
munge symlinks = no
numeric ids = yes
uid = 0
gid = 0
read only = no
list = no
[data]
path = {data}
max connections = 1
lock file = {tmp}/rsyncd.lock
[control]
path = {control}
"""

COPY = [
    "--archive", "--hard-links", "--acls", "--xattrs", "--sparse", "--numeric-ids", "--delete", "--exclude=/lost+found",
    "--filter=+x user.*", "--filter=+x security.capability", "--filter=-x *",
    "--info=progress2", "--outbuf=L"]


def tls(name, ends):
    path = mover.TMP + "/" + name
    with open(path, "w") as file:
        file.write(TLS.format(ends=ends, key=KEY))
    return path


def stunnel():
    for name in ("stunnel", "stunnel4"):
        for folder in os.environ.get("PATH", "/usr/bin:/bin").split(":"):
            if os.access(folder + "/" + name, os.X_OK):
                return folder + "/" + name
    mover.fail("the image has no stunnel", mover.IN_VAIN)


# The source.

def rsync(*arguments, progress=None):
    """Runs it; its exit code, the errors by file, and the last words."""
    failures, words, code = [], "", 1
    for line in mover.lines(["rsync", *arguments]):
        if isinstance(line, int):
            code = line
        elif done := re.match(r" *([0-9,.]+) +[0-9]+%", line):
            if progress:
                progress.at(int(re.sub("[^0-9]", "", done.group(1))))
        elif "No trusted certificates found" not in line:  # there are none: both have the key
            mover.say("| " + line)
            failures += failure(line)
            if tls_words(line) or not tls_words(words):
                words = tls_words(line) or line
    return code, failures, words


def tls_words(line):
    """What stunnel says went wrong, without the time and its own names of things."""
    told = re.search(r"LOG[0-3]\[[^]]*\]: (.*)", line) or re.match(r"(TLS: .*)", line)
    return "TLS: " + told.group(1).removeprefix("TLS: ") if told else ""


def failure(line):
    """The file and the reason that a line of rsync tells of, if any."""
    if vanished := re.match(r'file has vanished: "(.*?)"', line):
        return [(short(vanished.group(1)), "vanished")]
    told = re.match(r'(?:rsync: )?\[(\w+)\] (.*?) "(.*?)"[^"]*: (.*) \(\d+\)$', line)
    if not told:
        return []
    where, what, name, why = told.groups()
    return [(short(name), why if where == "sender" else "%s (%s at the target)" % (why, what.split()[0]))]


def short(name):
    if name == mover.DATA:
        return "."
    for prefix in (mover.DATA + "/", "/"):
        if name.startswith(prefix):
            return name[len(prefix):]
    return name


def url(module):
    return "rsync://127.0.0.1:%d/%s/" % (DAEMON_PORT, module)


def reach(what, work):
    """Does work over the network until it is done, or cannot be; what of it failed by file."""
    since = time.monotonic()
    while True:
        started = time.monotonic()
        code, failures, words = work()
        if code in (0, PARTIAL, VANISHED):
            return code, failures
        if code in HOPELESS:
            mover.fail("%s: %s: %s" % (what, HOPELESS[code], words), mover.IN_VAIN)
        if time.monotonic() - started > 30:
            since = time.monotonic()  # it was connected and has worked
        if time.monotonic() - since > REACHED_WITHIN:
            mover.fail("%s: the target is not reached at %s:%s: %s" % (what, os.environ["HOST"], os.environ["PORT"], words), mover.AGAIN)
        time.sleep(1)


def tell(word):
    empty = mover.TMP + "/" + word
    open(empty, "w").close()
    code, _ = reach("to tell the target: " + word, lambda: rsync("--ignore-times", empty, url("control")))
    if code != 0:
        mover.fail("the target could not be told: " + word, mover.AGAIN)


def source():
    final = mover.is_final()
    # Without a section, stunnel speaks on its standard input and output.
    ends = "client = yes\nconnect = %s:%s" % (os.environ["HOST"], os.environ["PORT"])
    os.environ["RSYNC_CONNECT_PROG"] = stunnel() + " " + tls("client.conf", ends)
    tell("begin")
    comparison = mover.Comparison() if final else None
    progress = mover.Progress(mover.count()["bytes"])
    limit = os.environ.get("BANDWIDTH", "")
    # What writes through a memory map may leave the time of a file as it was, so the final pass compares contents.
    # A half copied file is used again in the hot pass only: the final pass leaves nothing that is not at the source.
    more = ["--checksum"] if final else ["--partial-dir=.migrator-partial"]
    more += ["--bwlimit=" + limit] if limit else []
    code, failures = reach(
        "to copy", lambda: rsync(*COPY, *more, mover.DATA + "/", url("data"), progress=progress))
    if final:
        if code != 0 or failures:
            mover.failed_files(failures or [("some files", "not copied")])
        tell("copied")
        found = comparison.found()
        tell("done")
        mover.result(found)
        return
    tell("done")
    mover.result(mover.count(), sum(why != "vanished" for _, why in failures))


# The target.

def target():
    os.makedirs(CONTROL, exist_ok=True)
    config = mover.TMP + "/rsyncd.conf"
    chroot = "yes" if os.environ.get("MOVER_CHROOT", "yes") == "yes" else "no"
    with open(config, "w") as file:
        file.write(DAEMON.format(port=DAEMON_PORT, data=mover.DATA, control=CONTROL, tmp=mover.TMP, chroot=chroot))
    address = os.environ["ADDRESS"]
    ends = "[rsync]\naccept = %s:%d\nconnect = 127.0.0.1:%d" % (address, TLS_PORT, DAEMON_PORT)
    servers = [
        mover.start(["rsync", "--daemon", "--no-detach", "--config=" + config]),
        mover.start([stunnel(), tls("server.conf", ends)], stderr=open(TLS_LOG, "wb"))]
    time.sleep(0.5)
    open(LISTENING, "w").close()
    mover.say("| waits for the source at %s:%d" % (address, TLS_PORT))
    serve(servers)


def serve(servers):
    started = time.monotonic()
    comparison, done = None, False
    while not done:
        done = told("done")
        if any(server.poll() is not None for server in servers):
            mover.fail("the server has ended by itself" + last_words(), mover.AGAIN)
        if forgotten("begin"):
            started = None
            if comparison:  # the source has begun again
                comparison.stop()
                comparison = None
        if forgotten("copied"):
            mover.to_disk()
            comparison = mover.Comparison()
        if started and time.monotonic() - started > BEGUN_WITHIN:
            mover.fail("no source has come in %d seconds%s" % (BEGUN_WITHIN, last_words()), mover.IN_VAIN)
        time.sleep(0.2)
    if comparison:
        mover.result(comparison.found())
    elif mover.is_final():
        mover.fail("the source was done before all was copied", mover.AGAIN)
    else:
        mover.to_disk()
        mover.result(mover.count())


def last_words():
    with open(TLS_LOG, errors="replace") as log:
        told = [tls_words(line) for line in log if "No trusted certificates found" not in line]
    return "; the last one that came: " + told[-1] if any(told) else ""


def told(word):
    return os.path.exists(CONTROL + "/" + word)


def forgotten(word):
    """Whether the source has said it, for the first time."""
    if not told(word):
        return False
    os.remove(CONTROL + "/" + word)
    return True


if __name__ == "__main__":
    mover.watch_signals()
    try:
        source() if os.environ["SIDE"] == "source" else target()
    finally:
        mover.end_children()
    sys.exit(0)
