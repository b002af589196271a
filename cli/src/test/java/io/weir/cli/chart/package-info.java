/** The Helm chart: what it renders, and what a real API server makes of it. */
@NullMarked
package io.weir.cli.chart;

import org.jspecify.annotations.NullMarked;
