/** Edges and what went over them, as neutral records. */
@NullMarked
package io.weir.telemetry.model;

import org.jspecify.annotations.NullMarked;
