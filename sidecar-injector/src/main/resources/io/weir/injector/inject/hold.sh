host=$POD_IP
case $host in *:*) host="[$host]" ;; esac
ready() {
  if command -v curl >/dev/null 2>&1; then
    curl -sf -m 3 -o /dev/null "http://$host:15021/ready"
  elif command -v wget >/dev/null 2>&1; then
    wget -q -T 3 -O /dev/null "http://$host:15021/ready"
  elif command -v bash >/dev/null 2>&1; then
    bash -c 'exec 3<>"/dev/tcp/$POD_IP/15021" || exit 1
      printf "GET /ready HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n" >&3
      read -r -t 3 status <&3
      case $status in *" 200 "*) ;; *) exit 1 ;; esac' 2>/dev/null
  else
    echo 'weir-proxy: the image has no curl, wget or bash to wait with' >&2
    exit 1
  fi
}
# A pod that is deleted meanwhile stops only when this has ended; after it failed, the sidecar is started anew.
set --
until ready; do
  if [ $# -ge 300 ]; then
    echo 'weir-proxy: the sidecar did not become ready' >&2
    exit 1
  fi
  sleep 0.2 || sleep 1
  set -- "$@" try
done
