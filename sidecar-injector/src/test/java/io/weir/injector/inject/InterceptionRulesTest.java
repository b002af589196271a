package io.weir.injector.inject;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterceptionRulesTest {

    static InterceptionRules everything() {
        return new InterceptionRules(
                new TreeMap<>(Map.of(53, 15_300, 5353, 15_301)),
                new TreeSet<>(List.of(9090)),
                new TreeSet<>(List.of(3306)),
                List.of(cidr("10.96.0.0/12"), cidr("fd00::/8")));
    }

    static Cidr cidr(String text) {
        return Objects.requireNonNull(Cidr.parse(text));
    }

    @Test
    void the_ruleset_replaces_the_table_in_one_transaction() {
        assertThat(InterceptionRules.plain().nft()).isEqualTo("""
                        table inet weir
                        delete table inet weir
                        table inet weir {
                        	chain inbound {
                        		type nat hook prerouting priority -100; policy accept;
                        		iifname "lo" return
                        		tcp dport 15020 return
                        		tcp dport 15021 return
                        		meta l4proto tcp redirect to :15006
                        	}
                        	chain outbound {
                        		type nat hook output priority -100; policy accept;
                        		meta l4proto != tcp return
                        		oifname "lo" ip saddr 127.0.0.6 return
                        		oifname "lo" ip6 saddr ::1 return
                        		oifname "lo" meta skuid 2102 tcp dport 15020 return
                        		oifname "lo" meta skuid 2102 tcp dport 15021 return
                        		oifname "lo" meta skuid 2102 ip daddr != 127.0.0.0/8 meta l4proto tcp redirect to :15006
                        		oifname "lo" meta skuid 2102 ip6 daddr != ::1 meta l4proto tcp redirect to :15006
                        		meta skuid 2102 return
                        		oifname "lo" return
                        		meta l4proto tcp redirect to :15001
                        	}
                        }
                        """);
    }

    @Test
    void what_is_excluded_returns_before_the_redirect() {
        String rules = everything().nft();
        assertThat(rules)
                .containsSubsequence("udp dport 53 redirect to :15300", "udp dport 5353 redirect to :15301")
                .containsSubsequence("tcp dport 9090 return", "redirect to :15006")
                .containsSubsequence(
                        "tcp dport 3306 return",
                        "ip daddr 10.96.0.0/12 return",
                        "ip6 daddr fd00:0:0:0:0:0:0:0/8 return",
                        "redirect to :15001");
        assertThat(everything().iptables(true)).contains("-d 10.96.0.0/12").doesNotContain("fd00");
        assertThat(everything().iptables(false)).contains("-d fd00:").doesNotContain("10.96");
    }

    @Test
    void kubernetes_finds_no_variable_to_expand_in_the_script() {
        assertThat(everything().script()).doesNotContain("$(", "$$", "`");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8,10.0.0.0/8", "10.1.2.3,10.1.2.3/32", "0.0.0.0/0,0.0.0.0/0", "fd00::1,fd00:0:0:0:0:0:0:1/128"
    })
    void a_network_is_an_address_with_or_without_a_prefix(String text, String network) {
        assertThat(Cidr.parse(text)).hasToString(network);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "10.1/16",
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "a.b",
                "localhost",
                "fe80::1%lo",
                "::ffff:10.0.0.1",
                "fd00::1/8",
                "10.0.0.0/8; reboot",
                "256.0.0.0/8",
                ":::"
            })
    void anything_else_is_no_network(String text) {
        assertThat(Cidr.parse(text)).isNull();
    }
}
