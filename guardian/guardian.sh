#!/bin/sh
# The guardian of an rxvisor manager: ends what the manager leaves behind, however the manager ends.
#
# Usage: guardian.sh COOKIE, with the read end of a pipe as stdin. The manager holds the write end, and the kernel
# closes it when the manager is gone, be it by SIGKILL. The manager writes
#
#   +PGID:START:SIGNAL:GRACE   a process group to guard: its leader's start time (field 22 of proc_pid_stat(5), 0 if
#                              unknown), the number of the signal that asks it to stop, and the ms it then has
#   -PGID                      that group is gone
#   q                          all is well: end without a look around
#
# At the end of the pipe each group gets its signal, and what is left of it after its grace SIGKILL. Then, on Linux, so
# does every process whose environment holds a variable named COOKIE: those that left their group.

trap '' INT TERM HUP QUIT
cookie=$1
groups=''

forget() {
  kept=''
  for group in $groups; do
    case $group in
    "$1":*) ;;
    *) kept="$kept $group" ;;
    esac
  done
  groups=$kept
}

# Whether the number still means the group it meant when it was handed over: a group's number is not given to another
# process as long as the group has a member, so a leader with another start time is a stranger's.
is_left() {
  pgid=${1%%:*}
  rest=${1#*:}
  start=${rest%%:*}
  kill -0 "-$pgid" 2>/dev/null || return 1
  [ "$start" != 0 ] && [ -r "/proc/$pgid/stat" ] || return 0
  read -r stat <"/proc/$pgid/stat" 2>/dev/null || return 0
  # The name in parentheses may hold anything; after the last one come the fields from the third on.
  set -- ${stat##*) }
  [ "${20}" = "$start" ]
}

ask() {
  for group in $groups; do
    signal=${group#*:*:}
    is_left "$group" && kill "-${signal%%:*}" "-${group%%:*}" 2>/dev/null
  done
}

# Kills the groups whose grace of ms is over, and forgets them and those that have gone.
kill_late() {
  kept=''
  for group in $groups; do
    is_left "$group" || continue
    if [ "$1" -lt "${group##*:}" ]; then kept="$kept $group"; else kill -KILL "-${group%%:*}" 2>/dev/null; fi
  done
  groups=$kept
}

# A process in the midst of an exec shows no environment for an instant: two looks in a row have to find nothing.
sweep() {
  clean=0
  looks=0
  while [ "$clean" -lt 2 ] && [ "$looks" -lt 50 ]; do
    looks=$((looks + 1))
    carriers=$(grep -ls "$cookie=" /proc/[0-9]*/environ 2>/dev/null)
    if [ -z "$carriers" ]; then clean=$((clean + 1)); else clean=0; fi
    for file in $carriers; do
      pid=${file#/proc/}
      kill -KILL "${pid%/environ}" 2>/dev/null
    done
    sleep 0.02
  done
}

while read -r line; do
  case $line in
  +*) groups="$groups ${line#+}" ;;
  -*) forget "${line#-}" ;;
  q) exit 0 ;;
  esac
done

ask
waited=0
kill_late 0
while [ -n "$groups" ]; do
  sleep 0.05
  waited=$((waited + 50))
  kill_late "$waited"
done
if [ -d /proc/self ]; then sweep; fi
