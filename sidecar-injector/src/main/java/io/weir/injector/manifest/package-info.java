/**
 * Gives sidecars to the pods of manifests, without a cluster, and takes them out again.
 *
 * <p>In: a text of YAML or JSON documents, settings. Out: the text with sidecars, and for each pod or template of one what
 * became of it. What has no pod comes out byte for byte; a document that changes loses its comments.
 *
 * <p>Never here: files, a network, a decision of its own: {@code inject} decides, as it does in the webhook. The text is read
 * as kubectl reads it, or a pod could mean one thing here and another in the cluster.
 */
@NullMarked
package io.weir.injector.manifest;

import org.jspecify.annotations.NullMarked;
