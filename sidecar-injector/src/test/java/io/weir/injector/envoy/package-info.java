/** What is injected, run: real Envoys with the arguments of injected containers, and apps beside them. */
@NullMarked
package io.weir.injector.envoy;

import org.jspecify.annotations.NullMarked;
