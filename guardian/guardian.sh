#!/bin/sh
# The guardian of an rxvisor manager: stops the processes that the manager leaves behind, even if the manager was killed.
#
# Usage: guardian.sh COOKIE, with the read end of a pipe as stdin. The manager holds the write end. When the manager ends, the
# kernel closes the pipe. The manager writes these lines:
#
#   +PGID:START:SIGNAL:GRACE:SCOPE   guard a process group
#                                    START: start time of its leader, field 22 of proc_pid_stat(5); 0 if unknown
#                                    SIGNAL: number of the stop signal
#                                    GRACE: ms from the stop signal to SIGKILL
#                                    SCOPE: "session" to guard all groups in the session of the leader, else "group"
#   -PGID                            the group is empty: guard it no longer
#   q                                exit at once
#
# When the pipe is closed, each group gets its stop signal, and after its grace period SIGKILL. Then, on Linux, SIGKILL goes to
# every process in a guarded session, and to every process with a variable named COOKIE in its environment.

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

# Whether the group still exists. The system does not reuse the number of a group while the group has members. So if the leader
# has another start time, this is another group.
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

# Sets stat to the fields of proc_pid_stat(5) from the third on. Empty: the process has ended. The second field, the name in
# parentheses, may contain anything, also line feeds.
read_stat() {
  stat=''
  while read -r part; do stat="$stat $part"; done 2>/dev/null <"$1"
  stat=${stat##*) }
}

stop_groups() {
  for group in $groups; do
    signal=${group#*:*:}
    is_left "$group" && kill "-${signal%%:*}" "-${group%%:*}" 2>/dev/null
  done
}

# Finds processes that are in the session of a guarded leader but not in its group: a shell with job control (set -m) gives each
# job its own group. Sets members to PID:GROUP:LEADER of each. A process older than the leader does not belong to it.
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

# Guards the other groups of the sessions, with the signal and the grace period of the leader.
guard_sessions() {
  sessions=''
  for group in $groups; do
    case $group in *:session) is_ours "$group" && sessions="$sessions $group" ;; esac
  done
  [ -n "$sessions" ] && [ -d /proc/self ] || return 0
  find_members
  for member in $members; do
    group=${member#*:}
    how=${member#*:*:*:*:}
    case " $groups" in
    *" ${group%%:*}:"*) ;;
    *) groups="$groups ${group%%:*}:0:$how" ;;
    esac
  done
}

# Kills the groups whose grace period is over. $1: the ms since the stop signals. Then forgets them, and the empty groups.
kill_late() {
  kept=''
  for group in $groups; do
    is_left "$group" || continue
    grace=${group#*:*:*:}
    if [ "$1" -lt "${grace%%:*}" ]; then kept="$kept $group"; else kill -KILL "-${group%%:*}" 2>/dev/null; fi
  done
  groups=$kept
}

# Kills the processes in the sessions and those with the cookie. During an exec, a process has no environment for an instant: the
# sweep ends when two looks in a row find nothing.
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
stop_groups
waited=0
kill_late 0
while [ -n "$groups" ]; do
  sleep 0.05
  waited=$((waited + 50))
  kill_late "$waited"
done
if [ -d /proc/self ]; then sweep; fi
