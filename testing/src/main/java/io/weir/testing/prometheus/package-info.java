/**
 * A real Prometheus that scrapes what a test serves.
 *
 * <p>In: the program that {@code scripts/prometheus} finds or gets, and a configuration. Out: answers to queries. It ends with
 * the JVM, even if that is killed.
 */
@NullMarked
package io.weir.testing.prometheus;

import org.jspecify.annotations.NullMarked;
