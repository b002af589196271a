@NullMarked
package io.weir.injector.smi;

import org.jspecify.annotations.NullMarked;
