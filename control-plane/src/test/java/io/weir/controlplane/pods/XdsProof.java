package io.weir.controlplane.pods;

import io.weir.injector.bootstrap.Credential;
import io.weir.injector.bootstrap.EnvoyBootstrap;
import io.weir.smi.wellknown.Sidecar;
import java.util.Map;

/**
 * With what an Envoy proves to the control plane who it is.
 *
 * @param credential as the injector's bootstrap is told
 * @param files in the pod's credentials folder
 */
record XdsProof(Credential credential, Map<String, String> files) {

    /** A token in a file. */
    static XdsProof token(String token) {
        return new XdsProof(
                Credential.TOKEN, Map.of("token", token, EnvoyBootstrap.TOKEN_FILE, EnvoyBootstrap.tokenSource()));
    }

    /** Key and chain in one file, as the kubelet writes a pod certificate. */
    static XdsProof certificate(String bundle) {
        return new XdsProof(
                Credential.CERTIFICATE,
                Map.of(
                        Sidecar.BUNDLE_FILE,
                        bundle,
                        EnvoyBootstrap.CERTIFICATE_FILE,
                        EnvoyBootstrap.certificateSource()));
    }
}
