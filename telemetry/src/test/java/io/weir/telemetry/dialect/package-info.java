/** Dialects: what files say, and what a real Prometheus makes of it. */
@NullMarked
package io.weir.telemetry.dialect;

import org.jspecify.annotations.NullMarked;
