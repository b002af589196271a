# Becomes COMMAND, and kills it when the JVM that started it ends, however that happens:
#   sh -c "$(cat daemon.sh)" daemon COMMAND...
# Standard input is a pipe of which the JVM alone holds the other end: its end of file is the JVM's end.
exec 3<&0 </dev/null
daemon=$$
(
    cat <&3
    # Only while it still is the parent: afterwards its number may be another process's.
    read -r _ _ _ parent _ </proc/self/stat
    [ "$parent" != "$daemon" ] || kill -s KILL "$daemon"
) >/dev/null 2>&1 &
exec 3<&-
exec "$@"
