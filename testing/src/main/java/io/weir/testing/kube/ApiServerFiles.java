package io.weir.testing.kube;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;

/** The keys and certificates of one kube-apiserver, in its folder, and the arguments that name them. */
final class ApiServerFiles {

    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private final Path folder;
    private final Authority authority = new Authority("kubernetes");

    ApiServerFiles(Path folder) {
        this.folder = folder;
        Authority frontProxies = new Authority("front-proxy");
        Authority.TokenKeys tokens = Authority.tokenKeys();
        Authority.Credentials server = authority.server(
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.dNSName, "kubernetes.default.svc"));
        Authority.Credentials frontProxy = frontProxies.client("front-proxy", List.of());
        write("ca.crt", authority.certificate());
        write("server.crt", server.certificate());
        write("server.key", server.key());
        write("front-proxy-ca.crt", frontProxies.certificate());
        write("front-proxy.crt", frontProxy.certificate());
        write("front-proxy.key", frontProxy.key());
        write("service-accounts.pub", tokens.publicKey());
        write("service-accounts.key", tokens.privateKey());
        // Who asked for what, and nothing of what was said.
        write("audit-policy.yaml", """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules: [{level: Metadata}]
                """);
    }

    /** Signs the certificates of server and users. */
    Authority authority() {
        return authority;
    }

    AuditLog audit() {
        return new AuditLog(folder.resolve("audit.log"));
    }

    List<String> arguments(int port, URI etcd) {
        return List.of(
                "--etcd-servers=" + etcd,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                // A loopback address can't be the endpoint of the Service kubernetes.
                "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--allow-privileged=true",
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--tls-cert-file=" + folder.resolve("server.crt"),
                "--tls-private-key-file=" + folder.resolve("server.key"),
                "--client-ca-file=" + folder.resolve("ca.crt"),
                "--service-account-issuer=" + ISSUER,
                "--service-account-key-file=" + folder.resolve("service-accounts.pub"),
                "--service-account-signing-key-file=" + folder.resolve("service-accounts.key"),
                "--requestheader-client-ca-file=" + folder.resolve("front-proxy-ca.crt"),
                "--requestheader-allowed-names=front-proxy",
                "--requestheader-username-headers=X-Remote-User",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                "--proxy-client-cert-file=" + folder.resolve("front-proxy.crt"),
                "--proxy-client-key-file=" + folder.resolve("front-proxy.key"),
                "--audit-policy-file=" + folder.resolve("audit-policy.yaml"),
                "--audit-log-path=" + folder.resolve("audit.log"),
                // Only Etcd.compact() compacts, so that a test decides when.
                "--etcd-compaction-interval=0",
                "--profiling=false");
    }

    private void write(String name, String content) {
        try {
            Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
