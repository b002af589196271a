package io.weir.controlplane.xds.traffic;

import static io.weir.controlplane.model.TestMesh.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Mode;
import io.weir.controlplane.xds.translate.Envoys;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/** A workload in permissive mode behind a real Envoy: everybody passes, with a sidecar or without. */
@ParameterizedClass
@FieldSource("VERSIONS")
@Tag("envoy")
class PermissiveModeTest {

    static final List<String> VERSIONS = Envoys.VERSIONS;

    /** The start of a TLS 1.2 ClientHello record without SNI, as far as an inspector needs it to see TLS. */
    private static final byte[] CLIENT_HELLO =
            HexFormat.of().parseHex("160301002f0100002b0303" + "00".repeat(32) + "00" + "0004c02bc02f" + "0100");

    @Parameter
    String version;

    @TempDir
    static Path folder;

    private static Pair pair;

    @BeforeParameterizedClassInvocation
    static void start(String version) throws IOException {
        pair = new Pair(version, Mode.PERMISSIVE, folder);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        pair.close();
    }

    @Test
    void http_passes_from_anybody() throws IOException {
        assertThat(Http.send(pair.inboundHttp, "GET /admin HTTP/1.1", "Host: x").text())
                .contains("store: GET /admin");
        assertThat(Http.send(pair.outbound("thief", tcp("shop/store", 80)), "GET /admin HTTP/1.1", "Host: x")
                        .text())
                .contains("store: GET /admin");
    }

    @Test
    void a_server_that_speaks_first_is_heard_by_anybody() throws IOException {
        assertThat(Sockets.firstWord(pair.inboundTcp)).isEqualTo("store\n");
        assertThat(Sockets.firstWord(pair.outbound("thief", tcp("shop/store", 9000))))
                .isEqualTo("store\n");
    }

    @Test
    void tls_of_the_apps_own_arrives_unchanged() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(5_000);
            socket.connect(pair.inboundTcp, 5_000);
            socket.getOutputStream().write(CLIENT_HELLO);
            byte[] answer = socket.getInputStream().readNBytes("store\n".length() + CLIENT_HELLO.length);
            assertThat(answer)
                    .startsWith("store\n".getBytes(StandardCharsets.UTF_8))
                    .endsWith(CLIENT_HELLO);
        }
    }

    @Test
    void datagrams_pass_from_anybody() throws IOException {
        assertThat(Sockets.datagram("127.0.0.1", pair.inboundUdp)).isEqualTo("store");
    }
}
