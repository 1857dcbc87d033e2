#!/bin/sh
# Ends the processes it was told of when its standard input closes: the kernel closes it when the owner ends, also by
# SIGKILL, when no code of the owner runs any more. A shell, because it takes 1 MB where another Node takes 45.
#
#   watch PID    end PID, too, when the owner is gone
#   forget PID   PID has ended by itself
#   folder PATH  remove PATH at the end (temporary data)
#   release      the owner has cleaned up
pids=''
folder=''
while read -r action value; do
  case $action in
    watch) pids="$pids $value" ;;
    forget)
      kept=''
      for pid in $pids; do [ "$pid" = "$value" ] || kept="$kept $pid"; done
      pids=$kept
      ;;
    folder) folder=$value ;;
    release) exit 0 ;;
  esac
done

for pid in $pids; do kill -TERM "$pid" 2>/dev/null; done
tenths=0
while [ $tenths -lt 80 ]; do
  alive=''
  for pid in $pids; do kill -0 "$pid" 2>/dev/null && alive="$alive $pid"; done
  [ -z "$alive" ] && break
  sleep 0.1
  tenths=$((tenths + 1))
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
[ -n "$folder" ] && rm -rf -- "$folder"
exit 0
