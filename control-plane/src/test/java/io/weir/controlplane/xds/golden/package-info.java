/** What is translated, resource by resource, as files that a reviewer reads: {@code src/test/resources/golden}. */
@NullMarked
package io.weir.controlplane.xds.golden;

import org.jspecify.annotations.NullMarked;
