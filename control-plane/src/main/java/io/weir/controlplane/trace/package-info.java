/**
 * Where traces of the control plane's own work go.
 *
 * <p>In: OpenTelemetry's environment variables. Out: a tracer, which does nothing where no collector is named.
 *
 * <p>Never here: names of objects or proxies in what is exported; anything that stops the control plane because a collector
 * is away.
 */
@NullMarked
package io.weir.controlplane.trace;

import org.jspecify.annotations.NullMarked;
