# Runs a command in a process group of its own, and ends all of it when the supervisor ends, however that happens.
#   sh -c "$(cat child.sh)" weir-child MARK COMMAND...
# Standard input is a pipe from the supervisor, who alone holds its other end: its end of file is the supervisor's end.
# It may say "term" (ask the command to end) or "kill". MARK is put into the command's environment, where it tells
# what the command started even after that left the process group.
exec 3<&0 </dev/null
mark=$1
shift
WEIR_CHILD=$mark setsid "$@" 3<&- &
child=$!

tell() {
    # Until setsid has run there is no group yet.
    kill -s "$1" -- "-$child" 2>/dev/null || kill -s "$1" "$child" 2>/dev/null
}

destroy() {
    tell KILL
    for file in $(grep -l "WEIR_CHILD=$mark" /proc/[0-9]*/environ 2>/dev/null); do
        pid=${file#/proc/}
        kill -s KILL "${pid%/environ}" 2>/dev/null
    done
}

end() {
    tell TERM
    tries=20
    while [ "$tries" -gt 0 ] && kill -s 0 -- "-$child" 2>/dev/null; do
        sleep 0.1
        tries=$((tries - 1))
    done
    destroy
}

(
    while read -r word <&3; do
        case $word in
            term) tell TERM ;;
            kill) destroy ;;
        esac
    done
    end
) &
reader=$!
exec 3<&-

wait "$child"
status=$?
end
kill "$reader" 2>/dev/null
exit "$status"
