/** What is injected, run: real Envoys with the arguments of injected containers, and apps beside them. */
@NullMarked
package io.weir.e2e.pod;

import org.jspecify.annotations.NullMarked;
