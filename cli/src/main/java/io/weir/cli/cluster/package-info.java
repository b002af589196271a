/**
 * What the verbs that ask a cluster know of it: names as kubectl takes them, and what the replicas of the control plane
 * say of their sidecars, put together.
 *
 * <p>In: the answers of an API server and of control planes. Out: records. Never here: what a verb prints.
 */
@NullMarked
package io.weir.cli.cluster;

import org.jspecify.annotations.NullMarked;
