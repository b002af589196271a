/**
 * What the injector knows of the cluster's namespaces, and how their labels are kept.
 *
 * <p>In: a client of the API server. Out: a namespace as it is at this moment; labels that follow annotations.
 *
 * <p>Never here: a copy that could be older than the pod that is judged by it.
 */
@NullMarked
package io.weir.injector.cluster;

import org.jspecify.annotations.NullMarked;
