package io.weir.injector.smi;

/** Whether TrafficTargets of a namespace are enforced. */
public interface NamespaceModes {

    /**
     * Whether the namespace is known to be permissive.
     *
     * @return false as well where that can't be told: nothing but a warning depends on it
     */
    boolean permissive(String namespace);
}
