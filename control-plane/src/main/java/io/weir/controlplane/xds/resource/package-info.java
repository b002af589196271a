/**
 * xDS resources as values: name, content-hash version, packed body; and the sets of them that a proxy is given.
 *
 * <p>In: protos from {@code xds.translate}. Out: {@link io.weir.controlplane.xds.resource.XdsResource}s that are built
 * and serialised once however many proxies use them. Equal content has an equal version in every JVM.
 *
 * <p>Never here: what a resource means; who receives it.
 */
@NullMarked
package io.weir.controlplane.xds.resource;

import org.jspecify.annotations.NullMarked;
