#!/bin/sh
# The guardian of an rxvisor manager: ends what the manager leaves behind, however the manager ends.
#
# Usage: guardian.sh COOKIE, with the read end of a pipe as stdin. The manager holds the write end, and the kernel
# closes it when the manager is gone, be it by SIGKILL. The manager writes
#
#   +PGID:START:GRACE   a process group to guard: its leader's start time (field 22 of proc_pid_stat(5), 0 if unknown),
#                       and the ms it has between SIGTERM and SIGKILL
#   -PGID               that group is gone
#   q                   all is well: end without a look around
#
# At the end of the pipe each group gets SIGTERM, what is left of them after the longest grace SIGKILL, and then, on
# Linux, every process whose environment holds a variable named COOKIE: those that left their group.

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

any_left() {
  for group in $groups; do
    is_left "$group" && return 0
  done
  return 1
}

signal_left() {
  for group in $groups; do
    is_left "$group" && kill "-$1" "-${group%%:*}" 2>/dev/null
  done
}

longest_grace() {
  longest=0
  for group in $groups; do
    [ "${group##*:}" -gt "$longest" ] && longest=${group##*:}
  done
  echo "$longest"
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

signal_left TERM
grace=$(longest_grace)
waited=0
while [ "$waited" -lt "$grace" ] && any_left; do
  sleep 0.05
  waited=$((waited + 50))
done
signal_left KILL
if [ -d /proc/self ]; then sweep; fi
