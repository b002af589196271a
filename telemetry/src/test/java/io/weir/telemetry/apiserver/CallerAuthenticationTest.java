package io.weir.telemetry.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CallerAuthenticationTest {

    private static final Map<String, List<String>> ALICE = Map.of(
            "x-remote-user", List.of("alice"),
            "x-remote-group", List.of("dev", "system:authenticated"),
            "x-remote-uid", List.of("u1"),
            "x-remote-extra-example.org%2fscopes", List.of("a", "b"),
            "x-remote-extra-plain", List.of("c"),
            "accept", List.of("*/*"));

    private final TestAuthority frontProxies = new TestAuthority("front-proxies");
    private final TestAuthority others = new TestAuthority("others");

    CallerAuthenticationTest() throws Exception {}

    private CallerAuthentication authentication(String allowedNames) throws Exception {
        return CallerAuthentication.of(RequestHeaderSettings.read(Map.of(
                "requestheader-client-ca-file", frontProxies.pem(),
                "requestheader-allowed-names", allowedNames,
                "requestheader-username-headers", "[\"X-Other-User\",\"X-Remote-User\"]",
                "requestheader-uid-headers", "[\"X-Remote-Uid\"]",
                "requestheader-group-headers", "[\"X-Remote-Group\"]",
                "requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]")));
    }

    @Test
    void a_front_proxy_says_for_whom_it_asks() throws Exception {
        X509Certificate certificate = frontProxies.client("CN=front-proxy").certificate();
        assertThat(authentication("[\"front-proxy\"]").caller(List.of(certificate), ALICE))
                .isEqualTo(new Caller(
                        "alice",
                        "u1",
                        List.of("dev", "system:authenticated"),
                        new TreeMap<>(Map.of("example.org/scopes", List.of("a", "b"), "plain", List.of("c")))));
        assertThat(authentication("[]").caller(List.of(certificate), ALICE)).isNotNull();
        assertThat(authentication("[]").caller(List.of(certificate), Map.of("x-remote-group", List.of("dev"))))
                .as("nobody is named")
                .isNull();
    }

    @Test
    void who_is_vouched_for_is_one_of_the_authenticated_unless_it_is_nobody() throws Exception {
        List<X509Certificate> frontProxy =
                List.of(frontProxies.client("CN=front-proxy").certificate());
        CallerAuthentication authentication = authentication("[]");
        assertThat(authentication.caller(frontProxy, Map.of("x-remote-user", List.of("system:kube-aggregator"))))
                .as("names no group")
                .isEqualTo(new Caller("system:kube-aggregator", "", List.of("system:authenticated"), new TreeMap<>()));
        assertThat(authentication.caller(frontProxy, Map.of("x-remote-user", List.of("system:anonymous"))))
                .isEqualTo(new Caller("system:anonymous", "", List.of(), new TreeMap<>()));
        assertThat(authentication.caller(
                        frontProxy,
                        Map.of(
                                "x-remote-user", List.of("somebody"),
                                "x-remote-group", List.of("system:unauthenticated"))))
                .isEqualTo(new Caller("somebody", "", List.of("system:unauthenticated"), new TreeMap<>()));
    }

    @Test
    void nobody_else_is_believed() throws Exception {
        CallerAuthentication authentication = authentication("[\"front-proxy\"]");
        X509Certificate good = frontProxies.client("CN=front-proxy").certificate();
        assertThat(authentication.caller(List.of(), ALICE)).isNull();
        assertThat(authentication.caller(List.of(others.client("CN=front-proxy").certificate()), ALICE))
                .as("of another authority")
                .isNull();
        assertThat(authentication.caller(
                        List.of(frontProxies.client("CN=somebody").certificate()), ALICE))
                .as("of a name that is not allowed")
                .isNull();
        assertThat(authentication.caller(
                        List.of(frontProxies
                                .client("CN=somebody,CN=front-proxy")
                                .certificate()),
                        ALICE))
                .as("of two names")
                .isNull();
        assertThat(authentication.caller(
                        List.of(frontProxies.client("O=front-proxy").certificate()), ALICE))
                .as("of no name")
                .isNull();
        assertThat(authentication.caller(List.of(others.client("CN=front-proxy").certificate(), good), ALICE))
                .as("with somebody else's certificate behind its own")
                .isNull();
        assertThat(authentication.caller(List.of(frontProxies.server("x.svc").certificate()), ALICE))
                .as("of a server")
                .isNull();
        assertThat(CallerAuthentication.of(RequestHeaderSettings.NOBODY).caller(List.of(good), ALICE))
                .isNull();
    }

    @Test
    void settings_that_can_t_be_read_are_no_settings() {
        assertThatThrownBy(() -> RequestHeaderSettings.read(Map.of(
                        "requestheader-client-ca-file",
                        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RequestHeaderSettings.read(Map.of("requestheader-allowed-names", "front-proxy")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RequestHeaderSettings.read(Map.of("requestheader-allowed-names", "[1]")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(RequestHeaderSettings.read(Map.of())).isEqualTo(RequestHeaderSettings.NOBODY);
    }
}
