package io.weir.cli.cluster;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An object as kubectl takes its name: {@code deploy/web}, {@code pod/web-0}, {@code sa/web}, {@code svc/web}. */
public record Named(Kind kind, String name) {

    /** What can be named. */
    public enum Kind {
        POD("pod", "pods", "po"),
        /** What makes pods. */
        WORKLOAD(
                "deploy",
                "deployment",
                "deployments",
                "sts",
                "statefulset",
                "statefulsets",
                "ds",
                "daemonset",
                "daemonsets",
                "rs",
                "replicaset",
                "replicasets",
                "job",
                "jobs",
                "rollout",
                "rollouts"),
        ACCOUNT("sa", "serviceaccount", "serviceaccounts"),
        SERVICE("svc", "service", "services");

        private final List<String> words;

        Kind(String... words) {
            this.words = List.of(words);
        }
    }

    /** How names are spelled, for messages. */
    public static final String FORMS = "deploy/NAME, sts/NAME, ds/NAME, pod/NAME, sa/NAME or svc/NAME";

    /** Null if it is not written so. */
    public static @Nullable Named parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || !text.substring(slash + 1).matches("[a-z0-9]([-.a-z0-9]*[a-z0-9])?")) {
            return null;
        }
        String word = text.substring(0, slash).toLowerCase(Locale.ROOT);
        // As kubectl prints names: deployment.apps/web.
        int dot = word.indexOf('.');
        String bare = dot < 0 ? word : word.substring(0, dot);
        for (Kind kind : Kind.values()) {
            if (kind.words.contains(bare)) {
                return new Named(kind, text.substring(slash + 1));
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return kind.words.getFirst() + "/" + name;
    }
}
