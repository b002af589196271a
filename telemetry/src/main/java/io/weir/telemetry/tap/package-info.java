/**
 * Live requests: whoever watches a workload is sent each request that its sidecars log. Sidecars log while somebody watches, and
 * are told so by RTDS, which changes no listener and cuts no connection.
 */
@NullMarked
package io.weir.telemetry.tap;

import org.jspecify.annotations.NullMarked;
