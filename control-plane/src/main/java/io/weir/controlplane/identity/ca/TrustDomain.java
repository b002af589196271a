package io.weir.controlplane.identity.ca;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name that all identities of a mesh share: {@code spiffe://<trust domain>/ns/<namespace>/sa/<account>}.
 *
 * @param name lower-case DNS name; SPIFFE would allow underscores, but the name is also a DNS suffix here
 */
public record TrustDomain(String name) {

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern ONE_LABEL = Pattern.compile(LABEL);
    private static final Pattern LABELS = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final int LONGEST = 190;
    private static final int LONGEST_OBJECT_NAME = 253;

    /** Labels between a workload's name and the trust domain, so that no workload can be named like the server. */
    private static final String WORKLOADS = "workload";

    public TrustDomain {
        if (!valid(name)) {
            throw new IllegalArgumentException("'" + name + "' is no trust domain: lower-case letters, digits and '-', "
                    + "labels separated by '.', at most " + LONGEST + " characters");
        }
    }

    public static boolean valid(String name) {
        return name.length() <= LONGEST && LABELS.matcher(name).matches();
    }

    /** The DNS name of the xDS server's certificate. */
    public String xdsServerName() {
        return "weir-xds." + name;
    }

    /** The DNS name of the telemetry program's certificate. */
    public String telemetryServerName() {
        return "weir-telemetry." + name;
    }

    /**
     * The only URI SAN of the identity's certificates.
     *
     * @throws IllegalArgumentException if a name is none of Kubernetes' names: a {@code /} in one would name someone else
     */
    String spiffeId(Identity identity) {
        if (!ONE_LABEL.matcher(identity.namespace()).matches() || !objectName(identity.serviceAccount())) {
            throw new IllegalArgumentException("no identity can be named " + identity);
        }
        return identity.spiffeId(name);
    }

    /** Whose SPIFFE ID it is; null if it is none of this trust domain's workload identities. */
    public @Nullable Identity identity(String spiffeId) {
        String[] parts = spiffeId.split("/", -1);
        if (parts.length != 7 || !parts[3].equals("ns") || !parts[5].equals("sa")) {
            return null;
        }
        if (!ONE_LABEL.matcher(parts[4]).matches() || !objectName(parts[6])) {
            return null;
        }
        Identity identity = new Identity(parts[4], parts[6]);
        return identity.spiffeId(name).equals(spiffeId) ? identity : null;
    }

    /** The only DNS SAN of the workload's certificate: it tells the replica, which the SPIFFE ID does not. */
    String dnsName(WorkloadKey workload) {
        if (!ONE_LABEL.matcher(workload.namespace()).matches() || !objectName(workload.name())) {
            throw new IllegalArgumentException("no workload can be named " + workload);
        }
        return workload.name() + suffix(workload.namespace());
    }

    /** The workload that a certificate with this DNS name was made for; null if it is not of this namespace. */
    public @Nullable WorkloadKey workload(String namespace, String dnsName) {
        String suffix = suffix(namespace);
        if (!dnsName.endsWith(suffix)) {
            return null;
        }
        String workload = dnsName.substring(0, dnsName.length() - suffix.length());
        return objectName(workload) ? new WorkloadKey(namespace, workload) : null;
    }

    private String suffix(String namespace) {
        return "." + namespace + "." + WORKLOADS + "." + name;
    }

    private static boolean objectName(String name) {
        return name.length() <= LONGEST_OBJECT_NAME && LABELS.matcher(name).matches();
    }

    @Override
    public String toString() {
        return name;
    }
}
