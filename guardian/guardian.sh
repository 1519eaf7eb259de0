#!/bin/sh
# The guardian of an rxvisor manager: ends the processes that the manager leaves behind.
#
# Usage: guardian.sh COOKIE, with the read end of a pipe as stdin. The manager holds the write end. The kernel closes it
# when the manager ends, also after SIGKILL. The manager writes these lines:
#
#   +PGID:START:SIGNAL:GRACE:SCOPE   guard a process group. START: start time of its leader (field 22 of proc_pid_stat(5),
#                                    0 if unknown). SIGNAL: number of the stop signal. GRACE: grace period in ms.
#                                    SCOPE "session": all groups of the leader's session
#   -PGID                            the group is gone
#   q                                end; no process is left
#
# At the end of the pipe each group gets its signal, and SIGKILL after its grace period. Then, on Linux, the guardian
# kills every process of a guarded session, and every process with a variable named COOKIE in its environment.

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

# Whether the group still exists. The system does not reuse the number of a group that has a member. So a leader with
# another start time leads an unrelated group.
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

# Sets stat to the fields of a proc_pid_stat(5) from the third on, or to nothing if the process has ended. The name in
# parentheses before them may contain any character, also line feeds.
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

# Finds processes in the session of a guarded leader, but in another group: a shell with job control (set -m) gives each
# job a group of its own. Sets members to PID:GROUP:LEADER of each. A process older than the leader does not belong to it.
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

# Guards the other groups of the sessions, with the signal and the grace period of their leader.
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

# Kills the groups whose grace period is over. Forgets them, and groups that have ended.
kill_late() {
  kept=''
  for group in $groups; do
    is_left "$group" || continue
    grace=${group#*:*:*:}
    if [ "$1" -lt "${grace%%:*}" ]; then kept="$kept $group"; else kill -KILL "-${group%%:*}" 2>/dev/null; fi
  done
  groups=$kept
}

# During an exec, a process shows no environment for an instant. So two checks in a row must find nothing.
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
