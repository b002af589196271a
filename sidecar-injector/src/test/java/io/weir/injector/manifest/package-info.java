/** Tests of manifests that are injected without a cluster. */
@NullMarked
package io.weir.injector.manifest;

import org.jspecify.annotations.NullMarked;
