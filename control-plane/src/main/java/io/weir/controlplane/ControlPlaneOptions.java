package io.weir.controlplane;

import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.model.MeshSettings;
import java.nio.file.Path;

/**
 * How to run a control plane over a folder of manifests.
 *
 * @param folder the manifests
 * @param state owner-only folder of this mesh: keys, addresses, last good objects
 * @param shared folder of all this user's meshes on this machine
 * @param apps who starts the apps
 */
public record ControlPlaneOptions(
        Path folder, Path state, Path shared, MeshSettings settings, CertificateSettings certificates, Apps apps) {

    /** Who starts the apps that manifests give a command for. */
    public enum Apps {
        /** Someone else: every replica takes traffic as soon as it is declared. */
        RUNNING,
        /** A supervisor, which says in the state folder when a replica can take traffic. */
        SUPERVISED
    }
}
