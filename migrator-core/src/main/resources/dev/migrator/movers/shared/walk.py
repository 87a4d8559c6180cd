"""Goes through a volume and says what is in it, sharing nothing with the program that copied it.

    walk.py FOLDER          all of it, contents included: both sides of a transfer must print the same line
    walk.py FOLDER --count  entries and bytes alone, while the data is in use

Prints one JSON object: files, bytes, digest, and what could not be read.
Left out: lost+found of the root, which belongs to the file system, and sockets, which are nothing without their process.
"""
import errno
import hashlib
import json
import os
import stat
import sys

# Attributes that data carries from file system to file system. Others are the node's, such as security.selinux.
CARRIED = ("user.", "system.posix_acl_", "security.capability")
GONE = (errno.ENOENT, errno.ENOTDIR)


def printable(path):
    """A name as a text of one line, whatever bytes it has."""
    text = os.fsdecode(path)
    return "".join(c if c.isprintable() else escaped(c) for c in text)


def escaped(character):
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8
        return "\\x%02x" % (code - 0xDC00)
    return "\\x%02x" % code if code < 256 else "\\u%04x" % code


class Walk:
    def __init__(self, root, contents):
        self.root = os.fsencode(root)
        self.contents = contents
        self.files = 0
        self.bytes = 0
        self.unread = []
        self.digest = hashlib.sha256()
        self.links = {}

    def all(self):
        """Every entry in the order of its bytes: a folder, then what is in it."""
        waiting = [b""]
        while waiting:
            path = waiting.pop()
            try:
                waiting += reversed(self.entry(path))
            except OSError as e:
                if self.contents or e.errno not in GONE:
                    self.unread.append((printable(path) or ".", os.strerror(e.errno or 0)))

    def entry(self, path):
        """Takes one entry into account; what is below it, if it is a folder."""
        full = os.path.join(self.root, path) if path else self.root
        found = os.lstat(full)
        kind = stat.S_IFMT(found.st_mode)
        if kind == stat.S_IFSOCK:
            return []
        first = self.first_link(path, found)
        if path:
            self.files += 1
        if kind == stat.S_IFREG and first == path:
            self.bytes += found.st_size
        if self.contents:
            self.record(path, full, found, first)
        if kind != stat.S_IFDIR:
            return []
        names = sorted(os.listdir(full))
        return [os.path.join(path, n) for n in names if path or n != b"lost+found"]

    def first_link(self, path, found):
        """The first path at which the same file was met."""
        if stat.S_ISDIR(found.st_mode) or found.st_nlink < 2:
            return path
        return self.links.setdefault((found.st_dev, found.st_ino), path)

    def record(self, path, full, found, first):
        fields = [path, b"%o" % found.st_mode, b"%d" % found.st_uid, b"%d" % found.st_gid]
        fields += [b"%d" % found.st_mtime_ns, first]
        for name in sorted(os.listxattr(full, follow_symlinks=False)):
            if name.startswith(CARRIED):
                fields += [os.fsencode(name), os.getxattr(full, name, follow_symlinks=False)]
        fields.append(b"")  # no attribute has this name
        if stat.S_ISLNK(found.st_mode):
            fields.append(os.readlink(full))
        elif stat.S_ISREG(found.st_mode):
            fields += [b"%d" % found.st_size, self.content(full, found) if first == path else b""]
        elif stat.S_ISCHR(found.st_mode) or stat.S_ISBLK(found.st_mode):
            fields.append(b"%d" % found.st_rdev)
        for field in fields:
            self.digest.update(b"%d:" % len(field))
            self.digest.update(field)

    def content(self, full, found):
        digest = hashlib.sha256()
        with open(os.open(full, os.O_RDONLY | os.O_NOFOLLOW), "rb", buffering=0) as file:
            buffer = memoryview(bytearray(1 << 20))
            while count := file.readinto(buffer):
                digest.update(buffer[:count])
            after = os.fstat(file.fileno())
        if (after.st_size, after.st_mtime_ns) != (found.st_size, found.st_mtime_ns):
            raise OSError(errno.EBUSY, "changed while it was read")
        return digest.digest()

    def said(self):
        digest = self.digest.hexdigest() if self.contents else ""
        return {"files": self.files, "bytes": self.bytes, "digest": digest, "unread": self.unread}


def main(root, *options):
    walk = Walk(root, "--count" not in options)
    walk.all()
    print(json.dumps(walk.said()))


if __name__ == "__main__":
    main(*sys.argv[1:])
