/**
 * Keeps what sidecars said: how much went over each edge in total, and in which stretch of time. Memory is bounded; what does
 * not fit is left out from the oldest, and a question that needs it is answered with {@code Incomplete}, never with less than
 * what happened.
 */
@NullMarked
package io.weir.telemetry.window;

import org.jspecify.annotations.NullMarked;
