limit=59
# The app may need its connections while it stops: wait until nobody else has a socket in this pod, and five seconds for
# callers to learn that it goes.
others() {
  for table in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$table" ] || continue
    while read -r slot local remote state queues timer retries uid rest; do
      case $state in
        01 | 0A) [ "$uid" = 2102 ] || return 0 ;;
      esac
    done <"$table"
  done
  return 1
}
set --
while [ $# -lt "$limit" ]; do
  if [ $# -ge 5 ] && ! others; then exit 0; fi
  sleep 1
  set -- "$@" second
done
