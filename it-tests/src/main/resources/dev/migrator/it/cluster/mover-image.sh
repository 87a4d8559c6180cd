#!/bin/sh
# Writes an image of rsync, stunnel, python3 and the programs given, out of what is installed here:
#   mover-image.sh FOLDER NAME [PROGRAM...]      (to FOLDER/image.tar)
set -eu
folder=$1 image=$2
shift 2
mkdir -p "$folder/r"
cd "$folder"
mkdir -p r/usr/bin r/usr/lib r/etc r/tmp r/proc r/sys r/dev r/run
for name in bin lib lib64 sbin; do ln -s usr/$([ $name = sbin ] && echo bin || echo $name) r/$name; done
mkdir -p r/usr/lib64
cp "$(command -v busybox)" r/usr/bin/busybox
for applet in sh mkdir sleep test cat ls sync env; do ln -s busybox r/usr/bin/$applet; done

# A program with the libraries that it says it needs, and the loader.
take() {
  cp -L "$1" "r/usr/bin/$(basename "$1")"
  libraries "$1"
}
libraries() {
  # A static program has none, and ldd says so by failing.
  { ldd "$1" 2>/dev/null || :; } | sed -n 's/^.*[ 	]\(\/[^ ]*\) (0x.*/\1/p' | while read -r library; do
    to=r/usr/${library#/}
    case $library in /usr/*) to=r$library ;; esac
    [ -e "$to" ] || { mkdir -p "$(dirname "$to")"; cp -L "$library" "$to"; }
  done
}
for program in /usr/bin/rsync /usr/bin/stunnel4 /usr/bin/python3 "$@"; do take "$program"; done
# Found by name when a thread ends, and so in no program's list.
gcc=$(/sbin/ldconfig -p | sed -n 's/.*libgcc_s\.so\.1 .*=> //p' | head -n 1)
mkdir -p "r/usr$(dirname "${gcc#/usr}")"
cp -L "$gcc" "r/usr${gcc#/usr}"

# Of python3's library the modules that movers load: the node copies an image file by file for each container.
/usr/bin/python3 -I -S - >modules <<'END'
import encodings.idna, errno, hashlib, json, os, re, shutil, signal, stat, subprocess, sys, threading, time
import encodings.ascii, encodings.latin_1, encodings.utf_8
print(os.__file__)
for name, module in sys.modules.items():
    if name != "__main__" and getattr(module, "__file__", None):
        print(module.__file__)
END
sort -u modules | while read -r module; do
  mkdir -p "r$(dirname "$module")"
  cp "$module" "r$module"
  case $module in *.so) libraries "$module" ;; esac
done
mkdir -p "r$(dirname "$(head -n 1 modules)")/lib-dynload" # python3 looks for it, and complains

tar -C r --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf layer.tar .
layer=$(sha256sum <layer.tar | cut -d' ' -f1)
mv layer.tar "$layer.tar"
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=amd64 ;; esac
printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/usr/bin"],"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
  "$arch" "$layer" >c.json
config=$(sha256sum <c.json | cut -d' ' -f1)
mv c.json "$config.json"
printf '[{"Config":"%s.json","RepoTags":["%s"],"Layers":["%s.tar"]}]' "$config" "$image" "$layer" >manifest.json
tar -cf image.tar manifest.json "$config.json" "$layer.tar"
rm -rf r
