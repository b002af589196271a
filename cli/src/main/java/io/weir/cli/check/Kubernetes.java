package io.weir.cli.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the cluster is new enough, and for what. */
final class Kubernetes implements Category {

    private static final int OLDEST = 30;
    private static final Pattern DIGITS = Pattern.compile("^(\\d+)");

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        return List.of(version(client.getKubernetesVersion()), podCertificates(client));
    }

    private static Check version(VersionInfo version) {
        String said = version.getMajor() + "." + version.getMinor();
        int minor = number(version.getMinor());
        String description = "Kubernetes is 1." + OLDEST + " or later";
        return number(version.getMajor()) != 1 || minor >= OLDEST
                ? Check.good(description + ": " + said)
                : Check.error(description, "it is " + said, "upgrade the cluster first");
    }

    /** Some clusters say {@code 27+}. */
    private static int number(String text) {
        Matcher digits = DIGITS.matcher(text);
        return digits.find() ? Integer.parseInt(digits.group(1)) : 0;
    }

    private static Check podCertificates(KubernetesClient client) {
        for (String version : List.of("v1", "v1beta1")) {
            String resources = client.raw("/apis/certificates.k8s.io/" + version);
            if (resources != null && resources.contains("\"podcertificaterequests\"")) {
                return Check.good(
                        "pod certificates are served (" + version + "): sidecars.credential may be certificate");
            }
        }
        return Check.good("pod certificates are not served: sidecars prove who they are by token, the default");
    }
}
