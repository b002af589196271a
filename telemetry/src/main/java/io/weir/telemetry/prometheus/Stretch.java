package io.weir.telemetry.prometheus;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What an aggregator told between two scrapes: a window's part of it.
 *
 * @param target where it was scraped
 * @param before the scrape from which on things count; null if it began to count within the window: then all does
 * @param after the scrape at the end
 * @param length from the one to the other, or from the aggregator's start
 */
record Stretch(SortedMap<String, String> target, @Nullable Instant before, Instant after, Duration length) {}
