package io.weir.controlplane.push;

import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.source.SettableSource;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who makes a sidecar's key decides whether one is sent. */
class NodeKeysTest {

    private static final String BUNDLE = Sidecar.CREDENTIALS_PATH + "/" + Sidecar.BUNDLE_FILE;

    @TempDir
    Path folder;

    private CertificateAuthority authority;
    private WorkloadCertificates certificates;

    @BeforeEach
    void start() throws IOException {
        InstantSource clock = InstantSource.system();
        authority = CertificateAuthority.open(
                StateFolder.open(folder), new TrustDomain("cluster.local"), CertificateSettings.defaults(), clock);
        certificates = new WorkloadCertificates(authority, clock);
    }

    @AfterEach
    void stop() throws IOException {
        authority.close();
    }

    private TlsCertificate sent(KeySource keys) throws InvalidProtocolBufferException {
        InCluster cluster = new InCluster(_ -> List.of("10.1.0.1"), _ -> List.of("10.96.0.1"), keys);
        SettableSource source =
                new SettableSource(cluster.of(state(workload("store", "store", "{name: http, port: 80}"))));
        try (Pipeline pipeline = new Pipeline(source, MeshSettings.defaults(), authority, certificates)) {
            pipeline.follow();
            WorkloadKey store = pipeline.world().built().model().workloads().firstKey();
            XdsResource secret = Objects.requireNonNull(pipeline.snapshot(store, new Abilities(Telemetry.EDGES, true)))
                    .get(XdsType.SECRET, "identity");
            assertThat(certificates.notAfter(store) == null).isEqualTo(keys == KeySource.NODE);
            return Objects.requireNonNull(secret).body().unpack(Secret.class).getTlsCertificate();
        }
    }

    @Test
    void a_pod_whose_node_makes_its_key_is_told_the_file_and_sent_no_key() throws InvalidProtocolBufferException {
        // It had one of the control plane's, as a pod of that name with a token has.
        assertThat(sent(KeySource.CONTROL_PLANE).getPrivateKey().getInlineString())
                .contains("PRIVATE KEY");
        DataSource bundle = DataSource.newBuilder().setFilename(BUNDLE).build();
        TlsCertificate certificate = sent(KeySource.NODE);
        assertThat(certificate.getPrivateKey()).isEqualTo(bundle);
        assertThat(certificate.getCertificateChain()).isEqualTo(bundle);
        assertThat(certificate.getWatchedDirectory().getPath()).isEqualTo(Sidecar.CREDENTIALS_PATH);
    }
}
