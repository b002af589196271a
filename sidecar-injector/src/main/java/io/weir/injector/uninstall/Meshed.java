package io.weir.injector.uninstall;

import java.util.List;
import java.util.Locale;

/**
 * Pods of one owner that have sidecars.
 *
 * @param kind of the owner, such as {@code Deployment}; {@code Pod} where there is none
 * @param name of the owner
 * @param pods their names, sorted
 */
public record Meshed(String namespace, String kind, String name, List<String> pods) {

    public Meshed {
        pods = List.copyOf(pods);
    }

    /** The command by which these pods are made anew, from what their owner says; a remark follows a number sign. */
    public String restart() {
        return switch (kind) {
            case "Deployment", "StatefulSet", "DaemonSet" ->
                "kubectl -n " + namespace + " rollout restart " + kind.toLowerCase(Locale.ROOT) + "/" + name;
            case "Rollout" -> "kubectl argo rollouts -n " + namespace + " restart " + name;
            case "Job" -> "kubectl -n " + namespace + " wait --for=condition=complete job/" + name;
            case "Pod" ->
                "kubectl -n " + namespace + " delete pod/" + name
                        + "  # nobody makes it anew: apply its manifest again";
            default -> "kubectl -n " + namespace + " delete pod " + String.join(" ", pods);
        };
    }
}
