package io.weir.cli;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.weir.cli.cluster.MeshStatus;
import io.weir.smi.wellknown.Sidecar;
import java.io.Closeable;
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
import org.jspecify.annotations.Nullable;

/**
 * How the replicas of one of Weir's programs are asked in a cluster: each at the loopback of its pod, through a port that the API
 * server forwards with the caller's rights.
 *
 * @param service the program's
 * @param path what is asked, of port {@link Sidecar#LOCAL_ADMIN_PORT}
 */
record ForwardedReplicas(String namespace, String service, String path) {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** What one said, whatever it was. */
    record Reply(int status, String body) {}

    /**
     * Asks one after the other until one answers: for what any of them knows.
     *
     * @param problems is told whatever can't be asked
     * @return null if none answered
     */
    @Nullable
    Reply first(KubernetesClient client, List<String> problems) {
        try {
            return first(pods(client, problems), pod -> forwarded(client, pod), problems);
        } catch (KubernetesClientException e) {
            problems.add(words(e));
            return null;
        }
    }

    /** The same through ports that are forwarded already. */
    @Nullable
    Reply first(List<String> addresses, List<String> problems) {
        return first(addresses, this::reply, problems);
    }

    private static @Nullable Reply first(List<String> replicas, Ask<Reply> ask, List<String> problems) {
        for (String replica : replicas) {
            try {
                return ask.of(replica);
            } catch (IOException e) {
                problems.add(replica + ": " + Failure.text(e));
            } catch (KubernetesClientException e) {
                problems.add(replica + ": " + words(e));
            }
        }
        return null;
    }

    /**
     * Asks all that are ready.
     *
     * @param problems is told whatever can't be asked
     */
    List<MeshStatus.Answer> ask(KubernetesClient client, List<String> problems) {
        try {
            return gather(pods(client, problems), pod -> forwarded(client, pod), problems);
        } catch (KubernetesClientException e) {
            problems.add(words(e));
            return List.of();
        }
    }

    private List<String> pods(KubernetesClient client, List<String> problems) {
        Service found =
                client.services().inNamespace(namespace).withName(service).get();
        Map<String, String> selector = found == null
                ? Map.of()
                : Objects.requireNonNullElse(found.getSpec().getSelector(), Map.of());
        if (selector.isEmpty()) {
            problems.add("there is no Service " + service + " in namespace " + namespace);
            return List.of();
        }
        List<String> pods = client.pods().inNamespace(namespace).withLabels(selector).list().getItems().stream()
                .filter(ForwardedReplicas::ready)
                .map(pod -> pod.getMetadata().getName())
                .sorted()
                .toList();
        if (pods.isEmpty()) {
            problems.add("no replica of it is ready in namespace " + namespace);
        }
        return pods;
    }

    /**
     * Asks through ports that are forwarded already.
     *
     * @param addresses with port
     */
    List<MeshStatus.Answer> ask(List<String> addresses, List<String> problems) {
        return gather(addresses, this::reply, problems);
    }

    /**
     * Begins to read what all that are ready say without end; for the caller to close.
     *
     * @param problems is told whatever can't be asked
     */
    List<Followed> follow(KubernetesClient client, List<String> problems) {
        try {
            return each(pods(client, problems), pod -> followed(client, pod), problems);
        } catch (KubernetesClientException e) {
            problems.add(words(e));
            return List.of();
        }
    }

    /** The same through ports that are forwarded already. */
    List<Followed> follow(List<String> addresses, List<String> problems) {
        return each(addresses, address -> followed(address, () -> {}), problems);
    }

    private Followed followed(KubernetesClient client, String pod) throws IOException {
        LocalPortForward forward =
                client.pods().inNamespace(namespace).withName(pod).portForward(Sidecar.LOCAL_ADMIN_PORT);
        boolean followed = false;
        try {
            Followed answer = followed("127.0.0.1:" + forward.getLocalPort(), forward);
            followed = true;
            return answer;
        } catch (IOException e) {
            throw because(forward, e, pod);
        } finally {
            if (!followed) {
                forward.close();
            }
        }
    }

    private Followed followed(String address, Closeable way) throws IOException {
        try {
            return Followed.begin(HttpRequest.newBuilder(URI.create("http://" + address + path)), way);
        } catch (IllegalArgumentException e) {
            throw new IOException(address + " is no address with a port", e);
        }
    }

    /** What went wrong with the forwarding is known to it alone; the connection just ends. */
    private IOException because(LocalPortForward forward, IOException e, String pod) {
        return Stream.concat(forward.getServerThrowables().stream(), forward.getClientThrowables().stream())
                .findFirst()
                .map(cause -> new IOException("its port can't be forwarded: " + why(cause, pod), e))
                .orElse(e);
    }

    /** Asks one replica. */
    @FunctionalInterface
    private interface Ask<T> {
        T of(String replica) throws IOException;
    }

    private static List<MeshStatus.Answer> gather(List<String> replicas, Ask<Reply> ask, List<String> problems) {
        return each(replicas, replica -> new MeshStatus.Answer(replica, ok(ask.of(replica))), problems);
    }

    private static <T> List<T> each(List<String> replicas, Ask<T> ask, List<String> problems) {
        List<T> answers = new ArrayList<>();
        for (String replica : replicas) {
            try {
                answers.add(ask.of(replica));
            } catch (IOException e) {
                problems.add(replica + ": " + Failure.text(e));
            } catch (KubernetesClientException e) {
                problems.add(replica + ": " + words(e));
            }
        }
        return answers;
    }

    private Reply forwarded(KubernetesClient client, String pod) throws IOException {
        try (LocalPortForward forward =
                client.pods().inNamespace(namespace).withName(pod).portForward(Sidecar.LOCAL_ADMIN_PORT)) {
            try {
                return reply("127.0.0.1:" + forward.getLocalPort());
            } catch (IOException e) {
                throw because(forward, e, pod);
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
                        ? "forbidden: you may not get, or create, pods/portforward of " + namespace + "/" + pod
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

    private static String ok(Reply reply) throws IOException {
        if (reply.status() != 200) {
            throw new IOException(
                    "it answered " + reply.status() + ": " + reply.body().strip());
        }
        return reply.body();
    }

    private Reply reply(String address) throws IOException {
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://" + address + path))
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Reply(answer.statusCode(), answer.body());
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
