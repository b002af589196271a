/** From what a source knows to which objects there are, to whom addresses belong and which pods stand behind what. */
@NullMarked
package io.weir.telemetry.inventory;

import org.jspecify.annotations.NullMarked;
