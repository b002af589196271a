package io.weir.cli.bugreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code s3cr3t} stands for what nobody else may see. */
class RedactionTest {

    private static final String KEY = "-----BEGIN EC PRIVATE KEY-----\ns3cr3ts3cr3t\n-----END EC PRIVATE KEY-----";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer s3cr3t.abc-def_ghi",
                "header authorization=\"Basic s3cr3ts3cr3t==\" was sent",
                "{\"level\":\"info\",\"token\":\"s3cr3t\"}",
                "{\"message\":\"got {\\\"password\\\":\\\"s3cr3t\\\"}\"}",
                "db_password=s3cr3t host=x",
                "password: 's3cr3t with blanks'",
                "postgres://app:s3cr3t@db:5432/shop",
                "started with --api-key s3cr3t",
                "started with --client-secret=s3cr3t",
                "cookie: session=s3cr3t; a=b",
                "client-key-data: s3cr3ts3cr3t",
                "AWS_SECRET_ACCESS_KEY=s3cr3t",
                "-----BEGIN PRIVATE KEY-----\ns3cr3t\ns3cr3t",
                "x -----BEGIN RSA PRIVATE KEY-----\\ns3cr3t\\n-----END RSA PRIVATE KEY----- y"
            })
    void what_looks_like_a_secret_in_a_text_is_taken_out(String text) {
        assertThat(Redaction.text(text)).doesNotContain("s3cr3t").contains("redacted");
    }

    @Test
    void tokens_and_keys_are_known_by_their_form_wherever_they_stand() {
        String jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
        String inBase64 = Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.US_ASCII));

        assertThat(Redaction.text("got " + jwt + " from x")).isEqualTo("got <redacted> from x");
        assertThat(Redaction.text("data " + inBase64 + " end")).isEqualTo("data <redacted> end");
        assertThat(Redaction.text(KEY + KEY)).isEqualTo("<private key redacted><private key redacted>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10:12:01 INFO  Push: 3 proxies, version 42, took 12 ms",
                "TrafficTarget shop/api: spec.rules[0].name: HTTPRouteGroup shop/x does not exist",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                "GET http://web.shop:8080/books 200"
            })
    void the_rest_stays(String text) {
        assertThat(Redaction.text(text)).isEqualTo(text);
    }

    @Test
    void of_an_object_variables_and_applied_manifests_are_taken_out_and_names_stay() {
        String clean = ClusterParts.json("""
                {"metadata": {"name": "x", "managedFields": [{"manager": "kubectl"}], "annotations": {
                   "kubectl.kubernetes.io/last-applied-configuration": "{\\"env\\": \\"s3cr3t\\"}",
                   "example.org/api-key": "s3cr3t", "weir.io/inject": "enabled"}},
                 "spec": {"containers": [{"name": "app",
                   "args": ["--token=s3cr3t", "--port=80"],
                   "env": [{"name": "ANYTHING", "value": "s3cr3t"}, {"name": "POD_NAME", "value": "web-1"},
                           {"name": "REF", "valueFrom": {"secretKeyRef": {"name": "db", "key": "url"}}}]}],
                   "volumes": [{"secret": {"secretName": "weir-ca"}}]},
                 "matches": [{"name": "m", "headers": [{"authorization": "s3cr3t", "x-user": "anna"}]}]}
                """);

        assertThat(clean)
                .isNotNull()
                .doesNotContain("s3cr3t", "managedFields", "last-applied")
                .contains("\"weir-ca\"", "\"enabled\"", "\"web-1\"", "\"--port=80\"", "\"anna\"", "\"db\"");
        assertThat(Trees.object(String.valueOf(clean))).containsKeys("metadata", "spec", "matches");
    }
}
