package io.weir.cli;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.weir.cli.cluster.MeshStatus;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * How the replicas of a cluster's control plane are asked for their status: each at the loopback of its pod, through a
 * port that the API server forwards with the caller's rights.
 */
final class ControlPlaneAccess {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Option(
            names = "--system-namespace",
            paramLabel = "NAMESPACE",
            defaultValue = Sidecar.SYSTEM_NAMESPACE,
            description = "Where the control plane runs (default: ${DEFAULT-VALUE}).")
    private String systemNamespace = Sidecar.SYSTEM_NAMESPACE;

    @Option(
            names = "--control-plane",
            paramLabel = "ADDRESS:PORT",
            description = "Where a port is forwarded to port " + Sidecar.LOCAL_ADMIN_PORT
                    + " of a control plane's pod already; may be given again, for each replica (default: the command"
                    + " forwards one to each replica).")
    private List<String> addresses = List.of();

    /** Without options: each replica of that namespace is asked. */
    static ControlPlaneAccess in(String systemNamespace) {
        ControlPlaneAccess access = new ControlPlaneAccess();
        access.systemNamespace = systemNamespace;
        return access;
    }

    /** Asks all replicas; whatever can't be asked is told in the status. */
    MeshStatus ask(KubernetesClient client) {
        List<String> problems = new ArrayList<>();
        return MeshStatus.of(answers(client, problems), problems);
    }

    /**
     * Asks all replicas.
     *
     * @param problems is told whatever can't be asked
     */
    List<MeshStatus.Answer> answers(KubernetesClient client, List<String> problems) {
        if (!addresses.isEmpty()) {
            return gather(addresses, address -> get(address), problems);
        }
        try {
            Service service = client.services()
                    .inNamespace(systemNamespace)
                    .withName(Sidecar.CONTROL_PLANE_SERVICE)
                    .get();
            Map<String, String> selector = service == null
                    ? Map.of()
                    : Objects.requireNonNullElse(service.getSpec().getSelector(), Map.of());
            if (selector.isEmpty()) {
                problems.add(
                        "there is no Service " + Sidecar.CONTROL_PLANE_SERVICE + " in namespace " + systemNamespace);
                return List.of();
            }
            List<String> pods =
                    client.pods().inNamespace(systemNamespace).withLabels(selector).list().getItems().stream()
                            .filter(ControlPlaneAccess::ready)
                            .map(pod -> pod.getMetadata().getName())
                            .sorted()
                            .toList();
            if (pods.isEmpty()) {
                problems.add("no replica of it is ready in namespace " + systemNamespace);
            }
            return gather(pods, pod -> forwarded(client, pod), problems);
        } catch (KubernetesClientException e) {
            problems.add(words(e));
            return List.of();
        }
    }

    /** Asks one replica. */
    @FunctionalInterface
    private interface Ask {
        String of(String replica) throws IOException;
    }

    private static List<MeshStatus.Answer> gather(List<String> replicas, Ask ask, List<String> problems) {
        List<MeshStatus.Answer> answers = new ArrayList<>();
        for (String replica : replicas) {
            try {
                answers.add(new MeshStatus.Answer(replica, ask.of(replica)));
            } catch (IOException e) {
                problems.add(replica + ": " + Failure.text(e));
            } catch (KubernetesClientException e) {
                problems.add(replica + ": " + words(e));
            }
        }
        return answers;
    }

    private String forwarded(KubernetesClient client, String pod) throws IOException {
        try (LocalPortForward forward =
                client.pods().inNamespace(systemNamespace).withName(pod).portForward(Sidecar.LOCAL_ADMIN_PORT)) {
            try {
                return get("127.0.0.1:" + forward.getLocalPort());
            } catch (IOException e) {
                // What went wrong with the forwarding is known to it alone; the connection just ends.
                throw Stream.concat(forward.getServerThrowables().stream(), forward.getClientThrowables().stream())
                        .findFirst()
                        .map(cause -> new IOException("its port can't be forwarded: " + why(cause, pod), e))
                        .orElse(e);
            }
        }
    }

    /** What a failed forwarding says is at the bottom of its causes, and of a refusal the status alone. */
    private String why(Throwable failure, String pod) {
        String said = failure.getClass().getSimpleName();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Integer status = switch (cause) {
                case WebSocketHandshakeException refused ->
                    refused.getResponse().code();
                case java.net.http.WebSocketHandshakeException refused ->
                    refused.getResponse().statusCode();
                default -> null;
            };
            if (status != null) {
                return status == 403
                        ? "forbidden: you may not get, or create, pods/portforward of " + systemNamespace + "/" + pod
                        : "the API server answered " + status;
            }
            if (cause instanceof KubernetesClientException refused) {
                said = words(refused);
            } else if (cause.getMessage() != null) {
                said = cause.getMessage();
            }
        }
        return said;
    }

    private static String get(String address) throws IOException {
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://" + address + "/v1/status"))
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("it answered " + answer.statusCode() + ": "
                        + answer.body().strip());
            }
            return answer.body();
        } catch (IllegalArgumentException e) {
            throw new IOException(address + " is no address with a port", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static boolean ready(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    private static String words(KubernetesClientException e) {
        String said = e.getStatus() == null ? null : e.getStatus().getMessage();
        return said == null ? String.valueOf(e.getMessage()) : said;
    }
}
