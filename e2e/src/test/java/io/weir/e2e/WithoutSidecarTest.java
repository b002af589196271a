package io.weir.e2e;

import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S30 and the modes, for an app that {@code weir run} starts without a sidecar. */
final class WithoutSidecarTest {

    private static final Pattern STORE = Pattern.compile("the store is at (127[.0-9]+) (\\d+)");

    @TempDir
    private Path home;

    private static String app(String name, String inject) {
        return """
                apiVersion: weir.io/v1alpha1
                kind: Workload
                metadata: {namespace: shop, name: %1$s, labels: {app: %1$s}, annotations: {weir.io/inject: %2$s}}
                spec:
                  ports: [{name: http, port: 8080}]
                  command:
                    - sh
                    - -c
                    - |
                      echo the store is at $STORE_SERVICE_HOST $STORE_SERVICE_PORT
                      exec python3 -m http.server --bind $HOST $PORT_HTTP
                """.formatted(name, inject);
    }

    private static String mode(String mode) {
        return """
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop, annotations: {weir.io/mode: %s}}
                """.formatted(mode);
    }

    @Test
    void it_is_called_in_plaintext_and_may_call_only_where_mode_is_permissive() throws Exception {
        String mesh = join(
                app("store", "enabled"),
                app("bare", "disabled"),
                service("shop", "store", "store", "http:80->8080"),
                service("shop", "bare", "bare", "http:80->8080"),
                client("shop", "client"));
        try (WeirRun weir = WeirRun.start(home, mesh)) {
            weir.awaiting("a meshed client is answered", () -> weir.status("shop/client", "http://bare.shop/") == 200);
            assertThat(weir.status("shop/client", "http://store.shop/")).isIn(403, 503);

            Matcher told = Pattern.compile("shop/bare \\| " + STORE).matcher(weir.printed());
            assertThat(told.find()).as(weir.printed()).isTrue();
            InetSocketAddress store = new InetSocketAddress(told.group(1), Integer.parseInt(told.group(2)));
            weir.awaiting("deny mode refuses plaintext", () -> get(store) == 403);

            weir.apply("mode.yaml", mode("permissive"));
            weir.awaiting("permissive mode lets it pass", () -> get(store) == 200);
        }
    }

    private static int get(InetSocketAddress to) throws java.io.IOException {
        try (HttpConnection connection = new HttpConnection(to)) {
            return connection.send("GET", "/", "store.shop", List.of()).status();
        }
    }
}
