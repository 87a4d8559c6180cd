#!/bin/sh
# Runs one program, and ends it when the one who started this script goes:
#   supervise.sh PID_FILE LOG GRACE_SECONDS PROGRAM [ARGUMENT...]
# The starter holds the other end of standard input. Its death, be it kill -9, closes that pipe, so nothing needs to poll.
pid_file=$1
log=$2
grace=$3
shift 3

trap '' INT HUP
exec 3<&0 </dev/null
"$@" >>"$log" 2>&1 3<&- &
child=$!
echo "$child" >"$pid_file.new" && mv "$pid_file.new" "$pid_file"

(
  while read -r _ <&3; do :; done
  exec 3<&-
  kill -TERM "$child" 2>/dev/null
  left=$((grace * 10))
  while [ "$left" -gt 0 ] && kill -0 "$child" 2>/dev/null; do
    sleep 0.1
    left=$((left - 1))
  done
  kill -KILL "$child" 2>/dev/null
) &
watcher=$!

exec 3<&-
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
rm -f "$pid_file"
exit "$code"
