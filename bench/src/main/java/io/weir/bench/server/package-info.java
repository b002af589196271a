/**
 * The servers that are measured, each as a process of its own with the same JVM and the same flags, and what they cost as
 * the system counts it.
 */
@NullMarked
package io.weir.bench.server;

import org.jspecify.annotations.NullMarked;
