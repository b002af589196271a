@NullMarked
package io.weir.injector.crd;

import org.jspecify.annotations.NullMarked;
