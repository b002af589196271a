package io.weir.cli.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.cluster.MeshStatus;
import io.weir.cli.cluster.SidecarStatus;
import io.weir.cli.output.Trees;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the replicas of the control plane say: their root, and how far their sidecars are. */
public final class Sidecars implements Category {

    private static final int SHOWN = 5;
    private static final Duration ROOT_ENDS_SOON = Duration.ofDays(30);

    /** Certificates live for a day by default, and are renewed at half of it. */
    private static final Duration CERTIFICATE_ENDS_SOON = Duration.ofHours(1);

    /**
     * What replicas answered.
     *
     * @param problems why others did not
     */
    public record Heard(List<MeshStatus.Answer> answers, List<String> problems) {
        public Heard {
            answers = List.copyOf(answers);
            problems = List.copyOf(problems);
        }
    }

    private final Function<KubernetesClient, Heard> ask;

    /** @param ask how they are asked */
    public Sidecars(Function<KubernetesClient, Heard> ask) {
        this.ask = ask;
    }

    @Override
    public String name() {
        return "weir-sidecars";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        return of(ask.apply(client), Instant.now());
    }

    /** Judges what was answered. */
    static List<Check> of(Heard heard, Instant now) {
        List<Check> checks = new ArrayList<>();
        String asked = "each replica of the control plane says how it is";
        checks.add(
                heard.problems().isEmpty()
                        ? Check.good(asked)
                        : Check.warning(
                                asked,
                                String.join("; ", heard.problems()),
                                "you need to get pods and create pods/portforward in Weir's namespace"));
        if (!heard.answers().isEmpty()) {
            checks.addAll(roots(heard.answers(), now));
            checks.addAll(sidecars(MeshStatus.of(heard.answers(), heard.problems()), now));
        }
        return checks;
    }

    private static List<Check> roots(List<MeshStatus.Answer> answers, Instant now) {
        Set<String> roots = new TreeSet<>();
        Set<String> alarms = new TreeSet<>();
        Instant end = Instant.MAX;
        for (MeshStatus.Answer answer : answers) {
            if (!(Trees.object(answer.body()).get("authority") instanceof Map<?, ?> authority)) {
                continue;
            }
            roots.add(String.valueOf(authority.get("signer")));
            if (authority.get("alarm") instanceof String alarm && !alarm.isEmpty()) {
                alarms.add(alarm);
            }
            Instant notAfter = authority.get("roots") instanceof List<?> trusted
                            && !trusted.isEmpty()
                            && trusted.getLast() instanceof Map<?, ?> newest
                    ? instant(newest.get("notAfter"))
                    : null;
            if (notAfter != null && notAfter.isBefore(end)) {
                end = notAfter;
            }
        }
        List<Check> checks = new ArrayList<>();
        String one = "all replicas sign with one root";
        checks.add(
                roots.size() <= 1
                        ? Check.good(one)
                        : Check.warning(
                                one,
                                "they sign with " + String.join(", ", roots),
                                "while a root is rotated this is so for some seconds; look again"));
        alarms.forEach(alarm -> checks.add(Check.error(
                "the certificate authority has its state",
                alarm,
                "see docs/identity.md, and the control plane's log")));
        String lasts = "the root certificate lasts";
        checks.add(
                end.isAfter(now.plus(ROOT_ENDS_SOON))
                        ? Check.good(lasts)
                        : Check.warning(lasts, "it ends at " + end, "rotate it: docs/identity.md"));
        return checks;
    }

    private static @Nullable Instant instant(@Nullable Object text) {
        try {
            return text == null ? null : Instant.parse(text.toString());
        } catch (DateTimeException _) {
            return null;
        }
    }

    private static boolean endsBefore(@Nullable Instant end, Instant limit) {
        return end != null && end.isBefore(limit);
    }

    private static List<Check> sidecars(MeshStatus status, Instant now) {
        if (status.sidecars().isEmpty()) {
            return List.of(Check.good("there are no sidecars yet"));
        }
        return List.of(
                check(
                        status,
                        "sidecars are connected",
                        "are not",
                        one -> one.state() == SidecarStatus.State.DISCONNECTED,
                        "they keep what they had; see the log of their container weir-proxy"),
                check(
                        status,
                        "sidecars took all that they were sent",
                        "refused something, and keep the last good one",
                        one -> one.state() == SidecarStatus.State.REFUSED,
                        "weir status says what and why"),
                check(
                        status,
                        "sidecars have the latest",
                        "are behind",
                        one -> one.state() == SidecarStatus.State.STALE,
                        "look again; if it stays so: weir status"),
                check(
                        status,
                        "certificates of sidecars last",
                        "end within the hour",
                        one -> endsBefore(one.report().certificateNotAfter(), now.plus(CERTIFICATE_ENDS_SOON)),
                        "they are renewed at half of their life; see the control plane's log"));
    }

    private static Check check(
            MeshStatus status, String good, String bad, Predicate<SidecarStatus> wrong, String hint) {
        List<String> names = status.sidecars().entrySet().stream()
                .filter(entry -> wrong.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        int all = status.sidecars().size();
        return names.isEmpty()
                ? Check.good(good + ": " + all)
                : Check.warning(
                        good,
                        names.size() + " of " + all + " " + bad + ": "
                                + names.stream().limit(SHOWN).collect(Collectors.joining(", "))
                                + (names.size() > SHOWN ? ", ..." : ""),
                        hint);
    }
}
