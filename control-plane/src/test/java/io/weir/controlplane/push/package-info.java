/** What is built when something changes, and what stays. */
@NullMarked
package io.weir.controlplane.push;

import org.jspecify.annotations.NullMarked;
