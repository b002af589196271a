package io.weir.injector.bootstrap;

/** With what a sidecar proves to the control plane which pod it is. */
public enum Credential {
    /** A ServiceAccount token that is bound to the pod. Every cluster has them. */
    TOKEN,
    /** A key that the kubelet made, and Weir's certificate for it: the key never leaves the node. Since Kubernetes 1.37. */
    CERTIFICATE
}
