/** What policy denied lately, and what it would have denied had it been in force: {@code weir authz} lists it. */
@NullMarked
package io.weir.telemetry.denial;

import org.jspecify.annotations.NullMarked;
