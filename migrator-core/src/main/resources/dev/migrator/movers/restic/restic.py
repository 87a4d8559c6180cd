"""Copies a volume through a repository: the source backs up, then the target restores. Encrypted by restic with a key of this transfer."""
import json
import os
import shutil
import sys

import mover

PARENT = os.path.dirname(mover.DATA)
NAME = os.path.basename(mover.DATA)
# Exit codes of restic.
INCOMPLETE, NO_REPOSITORY, WRONG_PASSWORD = 3, 10, 12


# How long, in seconds, the repository is tried to be reached; restic itself would try for a quarter of an hour.
REACHED_WITHIN = int(os.environ.get("REACHED_WITHIN", "120"))


def restic(*arguments, within=None):
    """Runs it; its exit code, the errors by file, and the last words."""
    progress = mover.Progress()
    failures, words, code = [], "", 1
    limit = os.environ.get("BANDWIDTH", "")
    limits = ["--limit-upload=" + limit, "--limit-download=" + limit] if limit else []
    environment = dict(os.environ, RESTIC_PROGRESS_FPS="1", RESTIC_CACHE_DIR=mover.TMP + "/cache", TMPDIR=mover.TMP)
    for line in mover.lines(["restic", "--json", *limits, *arguments], environment, within):
        if isinstance(line, int):
            code = line
            break
        message = parsed(line)
        kind = message.get("message_type", "")
        if kind == "status":
            done = message.get("bytes_done", message.get("bytes_restored", 0))
            progress.at(done, message.get("total_bytes", 0))
        elif kind == "error":
            failures.append(failure(message))
        else:
            words = message.get("message", words if message else line).strip() or words
            mover.say("| " + line)
    return code, failures, words


def parsed(line):
    try:
        message = json.loads(line)
        return message if isinstance(message, dict) else {}
    except ValueError:
        return {}


def failure(message):
    item = message.get("item", "")
    why = message.get("error", {}).get("message", "unknown")
    mover.say("| " + item + ": " + why)
    return short(item), why.rsplit(": ", 1)[-1]


def short(item):
    """The name below the volume's root: backups name it from the root of the pod, restores from that of the snapshot."""
    for root in (mover.DATA, "/" + NAME):
        if item == root or item.startswith(root + "/"):
            return item[len(root) + 1:] or "."
    return item


def open_repository():
    code, _, words = restic("cat", "config", within=REACHED_WITHIN)
    if code == NO_REPOSITORY:
        code, _, words = restic("init", within=REACHED_WITHIN)
    if code != 0:
        give_up("the repository cannot be opened", code, words)


def give_up(what, code, words):
    mover.fail("%s: %s" % (what, words or "restic ended with %d" % code), mover.IN_VAIN if code == WRONG_PASSWORD else mover.AGAIN)


def labels(*more):
    return ["--host=" + os.environ["TRANSFER"], "--tag=" + os.environ["PASS"], *more]


def source():
    final = mover.is_final()
    comparison = mover.Comparison() if final else None
    open_repository()
    about = ["--tag=about " + os.environ.get("ABOUT", ""), "--tag=run " + os.environ.get("RUN", "")]
    # What writes through a memory map may leave the time of a file as it was, so the final pass reads everything.
    force = ["--force"] if final else []
    code, failures, words = restic(
        "backup", *labels(*about), *force, "--exclude=" + mover.DATA + "/lost+found", mover.DATA)
    if code not in (0, INCOMPLETE):
        give_up("the data could not be backed up", code, words)
    if not final:
        vanished = sum(why == "no such file or directory" for _, why in failures)
        mover.result(mover.count(), len(failures) - vanished)
        return
    if failures or code == INCOMPLETE:
        mover.failed_files(failures or [("some files", words)])
    mover.result(comparison.found())


def restore():
    return restic(
        "restore", "latest:" + PARENT, *labels(), "--target=" + PARENT, "--delete", "--sparse",
        "--exclude=/" + NAME + "/lost+found",
        *["--include-xattr=" + name for name in ("user.*", "system.posix_acl_*", "security.capability")])


def part_links():
    """Removes what has several names: restic writes into files that are there, and so would change the others, too."""
    root = os.fsencode(mover.DATA)
    for folder, below, names in os.walk(root):
        if folder == root:
            below[:] = [name for name in below if name != b"lost+found"]
        for name in names:
            path = os.path.join(folder, name)
            if os.lstat(path).st_nlink > 1:
                os.remove(path)


def make_way(failures):
    """Removes folders in whose place something else has to be: restic leaves them. Whether there were any."""
    blocked = [name for name, why in failures if why == "directory not empty"]
    for name in blocked:
        path = os.path.normpath(os.path.join(mover.DATA, name))
        # A name that is no text comes back changed: then what holds it goes.
        while not os.path.isdir(path) or os.path.islink(path):
            path = os.path.dirname(path)
        empty(path)
    return bool(blocked)


def empty(folder):
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if path == mover.DATA + "/lost+found":
            continue
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def target():
    part_links()
    code, failures, words = restore()
    if make_way(failures):
        code, failures, words = restore()
    if failures:
        mover.failed_files(failures)
    if code != 0:
        give_up("the data could not be restored", code, words)
    mover.to_disk()
    mover.result(mover.Comparison().found() if mover.is_final() else mover.count())


if __name__ == "__main__":
    mover.watch_signals()
    try:
        source() if os.environ["SIDE"] == "source" else target()
    finally:
        mover.end_children()
    sys.exit(0)
