package io.weir.injector.inject;

import java.util.List;
import java.util.stream.Collectors;

/** What becomes of a pod. */
public sealed interface InjectionDecision {

    /** It gets a sidecar. */
    record Inject(PodOptions options) implements InjectionDecision {}

    /** It runs as it is. */
    record Skip(Reason reason) implements InjectionDecision {}

    /** It must not run as it is. */
    record Refuse(List<Problem> problems) implements InjectionDecision {

        public Refuse {
            problems = List.copyOf(problems);
        }

        /** One line for each problem. */
        public String message() {
            return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
        }
    }

    /**
     * @param field of the pod, such as {@code metadata.annotations[weir.io/interception]}
     * @param message what is wrong, as one sentence
     * @param fix what to do about it, as one sentence
     */
    record Problem(String field, String message, String fix) {

        @Override
        public String toString() {
            return field + ": " + message + " " + fix;
        }
    }

    /** Why a pod gets no sidecar. */
    enum Reason {
        SYSTEM_NAMESPACE("the namespace is the cluster's or Weir's own, which never get sidecars"),
        NAMESPACE_NOT_ENABLED("the namespace is not labelled weir.io/inject: enabled"),
        NAMESPACE_DISABLED("the namespace says weir.io/inject: disabled"),
        NAMESPACE_UNCLEAR("the namespace's weir.io/inject is neither enabled nor disabled"),
        POD_DISABLED("the pod says weir.io/inject: disabled"),
        MIRROR_POD("it mirrors a static pod, which its node runs whatever the API server says"),
        ALREADY_INJECTED("it has a sidecar"),
        HOST_NETWORK("it uses its node's network (hostNetwork), where redirection would catch other pods' traffic"),
        WINDOWS("it is for Windows nodes"),
        RUNS_TO_COMPLETION("its restartPolicy lets it complete, which a classic sidecar would keep it from;"
                + " native sidecars need Kubernetes 1.29"),
        NO_CLUSTER_DNS("its dnsPolicy is Default, with which the sidecar can't find the control plane");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** Reads after "because". */
        public String text() {
            return text;
        }
    }
}
