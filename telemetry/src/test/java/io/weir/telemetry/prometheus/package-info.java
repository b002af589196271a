@NullMarked
package io.weir.telemetry.prometheus;

import org.jspecify.annotations.NullMarked;
