set -eu
if command -v nft >/dev/null 2>&1 && nft -f - <<'RULES'
table inet weir
delete table inet weir
table inet weir {
	chain inbound {
		type nat hook prerouting priority -100; policy accept;
		iifname "lo" return
		tcp dport 9090 return
		tcp dport 9091 return
		tcp dport 15020 return
		tcp dport 15021 return
		meta l4proto tcp redirect to :15006
	}
	chain outbound {
		type nat hook output priority -100; policy accept;
		meta l4proto != tcp return
		oifname "lo" ip saddr 127.0.0.6 return
		oifname "lo" ip6 saddr ::1 return
		oifname "lo" meta skuid 2102 tcp dport 9090 return
		oifname "lo" meta skuid 2102 tcp dport 9091 return
		oifname "lo" meta skuid 2102 tcp dport 15020 return
		oifname "lo" meta skuid 2102 tcp dport 15021 return
		oifname "lo" meta skuid 2102 ip daddr != 127.0.0.0/8 meta l4proto tcp redirect to :15006
		oifname "lo" meta skuid 2102 ip6 daddr != ::1 meta l4proto tcp redirect to :15006
		meta skuid 2102 return
		oifname "lo" return
		tcp dport 3306 return
		ip daddr 10.96.0.0/12 return
		ip6 daddr fd00:1:0:0:0:0:0:0/32 return
		meta l4proto tcp redirect to :15001
	}
}
RULES
then
  echo 'weir-init: traffic is redirected (nftables)'
  exit 0
fi
redirect() {
  tool=
  for name in "$1-nft" "$1"; do
    if [ -z "$tool" ] && command -v "$name" >/dev/null 2>&1; then tool=$name; fi
  done
  if [ -z "$tool" ]; then
    echo "weir-init: the image has no working nft and no $1; set the injector's init image to one that has" >&2
    exit 1
  fi
  "$tool-restore" --noflush
  "$tool" -t nat -C PREROUTING -j WEIR_INBOUND 2>/dev/null || "$tool" -t nat -A PREROUTING -j WEIR_INBOUND
  "$tool" -t nat -C OUTPUT -j WEIR_OUTBOUND 2>/dev/null || "$tool" -t nat -A OUTPUT -j WEIR_OUTBOUND
}
redirect iptables <<'RULES'
*nat
:WEIR_INBOUND - [0:0]
:WEIR_OUTBOUND - [0:0]
-A WEIR_INBOUND -i lo -j RETURN
-A WEIR_INBOUND -p tcp --dport 9090 -j RETURN
-A WEIR_INBOUND -p tcp --dport 9091 -j RETURN
-A WEIR_INBOUND -p tcp --dport 15020 -j RETURN
-A WEIR_INBOUND -p tcp --dport 15021 -j RETURN
-A WEIR_INBOUND -p tcp -j REDIRECT --to-ports 15006
-A WEIR_OUTBOUND -o lo -s 127.0.0.6 -j RETURN
-A WEIR_OUTBOUND -o lo -p tcp --dport 9090 -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo -p tcp --dport 9091 -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo -p tcp --dport 15020 -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo -p tcp --dport 15021 -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo ! -d 127.0.0.0/8 -p tcp -m owner --uid-owner 2102 -j REDIRECT --to-ports 15006
-A WEIR_OUTBOUND -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo -j RETURN
-A WEIR_OUTBOUND -p tcp --dport 3306 -j RETURN
-A WEIR_OUTBOUND -d 10.96.0.0/12 -j RETURN
-A WEIR_OUTBOUND -p tcp -j REDIRECT --to-ports 15001
COMMIT
RULES
if [ -e /proc/net/if_inet6 ]; then
  redirect ip6tables <<'RULES'
*nat
:WEIR_INBOUND - [0:0]
:WEIR_OUTBOUND - [0:0]
-A WEIR_INBOUND -i lo -j RETURN
-A WEIR_INBOUND -p tcp --dport 9090 -j RETURN
-A WEIR_INBOUND -p tcp --dport 9091 -j RETURN
-A WEIR_INBOUND -p tcp --dport 15020 -j RETURN
-A WEIR_INBOUND -p tcp --dport 15021 -j RETURN
-A WEIR_INBOUND -p tcp -j REDIRECT --to-ports 15006
-A WEIR_OUTBOUND -o lo -s ::1 -j RETURN
-A WEIR_OUTBOUND -o lo -p tcp --dport 9090 -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo -p tcp --dport 9091 -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo -p tcp --dport 15020 -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo -p tcp --dport 15021 -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo ! -d ::1 -p tcp -m owner --uid-owner 2102 -j REDIRECT --to-ports 15006
-A WEIR_OUTBOUND -m owner --uid-owner 2102 -j RETURN
-A WEIR_OUTBOUND -o lo -j RETURN
-A WEIR_OUTBOUND -p tcp --dport 3306 -j RETURN
-A WEIR_OUTBOUND -d fd00:1:0:0:0:0:0:0/32 -j RETURN
-A WEIR_OUTBOUND -p tcp -j REDIRECT --to-ports 15001
COMMIT
RULES
fi
echo 'weir-init: traffic is redirected (iptables)'
