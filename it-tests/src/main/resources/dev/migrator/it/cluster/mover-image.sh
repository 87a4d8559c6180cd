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
for applet in sh sleep test cat ls sync env; do ln -s busybox r/usr/bin/$applet; done

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

# The standard library of python3, without what is large and not for us.
library=$(/usr/bin/python3 -S -c 'import os; print(os.path.dirname(os.__file__))')
mkdir -p "r$library"
(cd "$library" && tar -cf - --exclude=./test --exclude=./ensurepip --exclude=./idlelib --exclude=./pydoc_data --exclude=./lib2to3 \
  --exclude=./tkinter --exclude=./unittest --exclude=./asyncio --exclude=./email --exclude=./distutils --exclude=./config-* \
  --exclude=./turtledemo --exclude=./dist-packages --exclude=./site-packages --exclude=./multiprocessing --exclude=./xml .) | tar -C "r$library" -xf -
for module in "$library"/lib-dynload/_hashlib*.so; do [ ! -e "$module" ] || libraries "$module"; done

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
