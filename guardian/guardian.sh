#!/bin/sh
# The guardian of an rxvisor manager: ends what the manager leaves behind, however the manager ends.
#
# Usage: guardian.sh COOKIE, with the read end of a pipe as stdin. The manager holds the write end, and the kernel
# closes it when the manager is gone, be it by SIGKILL. The manager writes
#
#   +PGID:START:SIGNAL:GRACE:SCOPE   a process group to guard: its leader's start time (field 22 of proc_pid_stat(5), 0 if
#                                    unknown), the number of the signal that asks it to stop, and the ms it then has;
#                                    SCOPE "session": all groups of the session that the leader leads
#   -PGID                            that group is gone
#   q                                all is well: end without a look around
#
# At the end of the pipe each group gets its signal, and what is left of it after its grace SIGKILL. Then, on Linux, so
# does every process that is in a guarded session or whose environment holds a variable named COOKIE.

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
  kill -0 "-${1%%:*}" 2>/dev/null && is_ours "$1"
}

is_ours() {
  pgid=${1%%:*}
  start=${1#*:}
  start=${start%%:*}
  [ "$start" != 0 ] || return 0
  read_stat "/proc/$pgid/stat"
  set -- $stat
  [ "${20:-$start}" = "$start" ]
}

# Sets stat to the fields of a proc_pid_stat(5) from the third on; to nothing if the process has gone. The name in
# parentheses before them may hold anything, line feeds too.
read_stat() {
  stat=''
  while read -r part; do stat="$stat $part"; done 2>/dev/null <"$1"
  stat=${stat##*) }
}

ask() {
  for group in $groups; do
    signal=${group#*:*:}
    is_left "$group" && kill "-${signal%%:*}" "-${group%%:*}" 2>/dev/null
  done
}

# Finds who is in the session of a guarded leader, but not in its group: a shell with job control (set -m) gives each job
# a group of its own. Sets members to PID:GROUP:LEADER of each. Nobody older than the leader belongs to it.
find_members() {
  members=''
  for file in /proc/[0-9]*/stat; do
    read_stat "$file"
    set -- $stat
    case $1 in Z | X | '') continue ;; esac
    [ "$3" != "$4" ] || continue
    for session in $sessions; do
      start=${session#*:}
      [ "${session%%:*}" = "$4" ] && [ "${20}" -ge "${start%%:*}" ] || continue
      pid=${file#/proc/}
      members="$members ${pid%/stat}:$3:$session"
    done
  done
}

# Guards the other groups of the sessions, by the signal and the grace of their leader.
guard_sessions() {
  sessions=''
  for group in $groups; do
    case $group in *:session) is_ours "$group" && sessions="$sessions $group" ;; esac
  done
  [ -n "$sessions" ] && [ -d /proc/self ] || return 0
  find_members
  for member in $members; do
    of=${member#*:}
    asked=${member#*:*:*:*:}
    case " $groups" in
    *" ${of%%:*}:"*) ;;
    *) groups="$groups ${of%%:*}:0:$asked" ;;
    esac
  done
}

# Kills the groups whose grace of ms is over, and forgets them and those that have gone.
kill_late() {
  kept=''
  for group in $groups; do
    is_left "$group" || continue
    grace=${group#*:*:*:}
    if [ "$1" -lt "${grace%%:*}" ]; then kept="$kept $group"; else kill -KILL "-${group%%:*}" 2>/dev/null; fi
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
    members=''
    if [ -n "$sessions" ]; then find_members; fi
    if [ -z "$carriers$members" ]; then clean=$((clean + 1)); else clean=0; fi
    for member in $members; do kill -KILL "${member%%:*}" 2>/dev/null; done
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

guard_sessions
ask
waited=0
kill_late 0
while [ -n "$groups" ]; do
  sleep 0.05
  waited=$((waited + 50))
  kill_late "$waited"
done
if [ -d /proc/self ]; then sweep; fi
