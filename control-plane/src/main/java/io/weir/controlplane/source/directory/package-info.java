/**
 * A folder of manifests as a source: ordinary Kubernetes YAML, SMI objects, and {@code Workload}, which stands where a
 * Pod would.
 *
 * <p>In: files, read whenever they change. Out: {@link io.weir.controlplane.source.ClusterState} with a diagnostic,
 * naming file, line, field and fix, for whatever could not be used. The steps, each a file: bytes to
 * trees with line numbers ({@code YamlComposer}), trees to typed objects ({@link
 * io.weir.controlplane.source.directory.ManifestReader}), files over time to the objects in effect, the last good
 * version standing in for a broken one ({@code FolderState}), addresses on this machine ({@code LoopbackPlan}), all of
 * it to one state ({@code ClusterAssembly}).
 *
 * <p>Never here: a file that stops another file, an exception for what a person wrote, a hostname lookup.
 */
@NullMarked
package io.weir.controlplane.source.directory;

import org.jspecify.annotations.NullMarked;
