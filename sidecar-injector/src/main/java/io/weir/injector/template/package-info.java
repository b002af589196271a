/**
 * YAML files of this program with holes for values.
 *
 * <p>In: a file and its values. Out: a tree. Never here: what the values mean.
 */
@NullMarked
package io.weir.injector.template;

import org.jspecify.annotations.NullMarked;
