"""Makes a volume with all that a mover must keep, and changes it as time does.

    volume.py make FOLDER FILES
    volume.py change FOLDER
"""
import os
import random
import shutil
import socket
import struct
import sys

TIME = 10 ** 18 + 987654321
NAMES = [
    b"-rf", b"--delete", b" lead", b"trail ", b"new\nline", b"x\nmover: result files=1 bytes=1 skipped=0 digest=aa", b"\xff\xfe no utf8", b"*", b"?",
    b"[a]", b'"q"', b"'s'", b"$(touch x)", b"`id`", b"\\back", b"a:b", b"%s%n", b"tab\t", b"\x01\x7f", b"\xe2\x80\xae rtl", "\u00e9".encode(),
    b"#comment", b"~", b"n" * 255]
CAPABILITY = bytes.fromhex("0100000200040000000000000000000000000000")
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", *entry) for entry in [(1, 6, 0xFFFFFFFF), (2, 7, 1234), (4, 4, 0xFFFFFFFF), (16, 7, 0xFFFFFFFF), (32, 0, 0xFFFFFFFF)])


class Volume:
    def __init__(self, root):
        self.root = os.fsencode(root)
        self.random = random.Random(7)

    def at(self, path):
        return os.path.join(self.root, path)

    def file(self, path, content, mode=0o644, uid=0, gid=0):
        full = self.at(path)
        with open(full, "wb") as out:
            out.write(content)
        os.chown(full, uid, gid)
        os.chmod(full, mode)
        os.utime(full, ns=(1, self.random.randrange(10 ** 18, 17 * 10 ** 17)))

    def folder(self, path):
        os.makedirs(self.at(path), exist_ok=True)

    def make(self, files):
        for i in range(files):
            self.folder(b"d%03d" % (i % 97))
            mode = self.random.choice([0o600, 0o644, 0o755, 0o4755, 0o000, 0o1640])
            self.file(
                b"d%03d/f%05d" % (i % 97, i), self.random.randbytes(self.random.randrange(1, 3000)), mode,
                self.random.choice([0, 1000, 65534, 200000]), self.random.choice([0, 5, 1000]))
        self.folder(b"hostile")
        for name in NAMES:
            self.file(b"hostile/" + name, b"hostile " + name[:10])
        self.folder(b"private")
        self.file(b"private/pg", b"secret", 0o600, 999, 999)
        os.chown(self.at(b"private"), 999, 999)
        os.chmod(self.at(b"private"), 0o700)
        for path, to in [(b"rel", b"private/pg"), (b"abs", b"/etc/passwd"), (b"up", b"../../../out"), (b"dangling", b"nowhere")]:
            os.symlink(to, self.at(path))
        os.lchown(self.at(b"dangling"), 1000, 7)
        os.utime(self.at(b"dangling"), ns=(5, TIME), follow_symlinks=False)
        self.file(b"h1", b"linked" * 1000)
        os.link(self.at(b"h1"), self.at(b"h2"))
        os.link(self.at(b"h1"), self.at(b"d000/h3"))
        with open(self.at(b"sparse"), "wb") as out:
            out.truncate(64 << 20)
            out.seek(32 << 20)
            out.write(b"middle")
        os.mkfifo(self.at(b"fifo"))
        os.mknod(self.at(b"null"), 0o600 | 0o020000, os.makedev(1, 3))
        socket.socket(socket.AF_UNIX).bind(self.at(b"d001/sock"))
        os.setxattr(self.at(b"h1"), b"user.color", b"bl\0ue")
        os.setxattr(self.at(b"private"), b"user.dir", b"x")
        os.setxattr(self.at(b"d000/f00000"), b"security.capability", CAPABILITY)
        os.setxattr(self.at(b"private/pg"), b"system.posix_acl_access", ACL)
        self.folder(b"lost+found")
        self.file(b"lost+found/#12", b"of the file system")
        self.folder(b"sub/lost+found")
        self.file(b"sub/lost+found/kept", b"of the user")
        self.folder(b"empty/deep/er")
        os.chmod(self.at(b"empty"), 0o3777)
        self.file(b"zero", b"")
        self.folder(b"busy")
        os.chown(self.root, 1000, 1001)
        os.chmod(self.root, 0o2775)
        for path in [b"empty/deep", b"hostile", b"d000", b""]:
            os.utime(self.at(path), ns=(3, TIME))

    def change(self):
        """What has come after the hot pass: kinds of files, links, attributes, and what leaves no trace in the time of a file."""
        shutil.rmtree(self.at(b"d003"))
        self.file(b"d003", b"now a file")
        os.remove(self.at(b"h1"))
        self.file(b"h1", b"alone" * 1200)
        os.remove(self.at(b"rel"))
        self.folder(b"rel/x")
        self.file(b"rel/x/y", b"now a folder")
        os.remove(self.at(b"zero"))
        os.mkfifo(self.at(b"zero"))
        shutil.rmtree(self.at(b"d004"))
        os.symlink(b"d005", self.at(b"d004"))
        os.remove(self.at(b"d005/f00005"))
        self.folder(b"d005/f00005")
        os.remove(self.at(b"d006/f00006"))
        os.link(self.at(b"d006/f00103"), self.at(b"d006/f00006"))
        before = os.stat(self.at(b"d007/f00007"))
        with open(self.at(b"d007/f00007"), "r+b") as out:
            first = out.read(1)
            out.seek(0)
            out.write(bytes([first[0] ^ 1]))
        os.utime(self.at(b"d007/f00007"), ns=(before.st_atime_ns, before.st_mtime_ns))
        os.removexattr(self.at(b"private"), b"user.dir")
        os.removexattr(self.at(b"private/pg"), b"system.posix_acl_access")
        os.removexattr(self.at(b"d000/f00000"), b"security.capability")
        os.setxattr(self.at(b"d008/f00008"), b"user.new", b"1")
        os.chmod(self.at(b"d008/f00105"), 0o7777)
        os.chown(self.at(b"d009"), 5, 6)
        os.utime(self.at(b"d010"), ns=(1, TIME + 1))
        with open(self.at(b"sparse"), "r+b") as out:
            out.truncate(80 << 20)
            out.seek(70 << 20)
            out.write(b"more")
        os.truncate(self.at(b"d012/f00012"), 0)
        os.rename(self.at(b"d013"), self.at(b"moved"))
        os.remove(self.at(b"abs"))
        os.symlink(b"/etc/other", self.at(b"abs"))


if __name__ == "__main__":
    volume = Volume(sys.argv[2])
    volume.make(int(sys.argv[3])) if sys.argv[1] == "make" else volume.change()
