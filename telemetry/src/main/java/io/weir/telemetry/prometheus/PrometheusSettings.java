package io.weir.telemetry.prometheus;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a Prometheus is, and how it is asked.
 *
 * @param url before {@code /api/v1/query}; http or https, without a user's name
 * @param tokenFile with a bearer token, read anew for each query; null for none
 * @param caFile with certificates (PEM) that the server's is checked with; null for those that Java trusts
 * @param tenant sent as {@code X-Scope-OrgID}, for those that serve several; null for none
 * @param targets that are believed, of all that it scrapes
 * @param delay after a scrape until all of it can be asked for; it is asked for nothing younger
 * @param patience for all queries of one answer together
 */
public record PrometheusSettings(
        URI url,
        @Nullable Path tokenFile,
        @Nullable Path caFile,
        @Nullable String tenant,
        TargetSelector targets,
        Duration delay,
        Duration patience) {

    /** The longest {@link #delay}. */
    public static final Duration MOST_DELAY = Duration.ofMinutes(10);

    private static final Duration USUAL = Duration.ofSeconds(7);

    /** @throws IllegalArgumentException if the URL can't be asked; its message is for whoever wrote it, and repeats no secret */
    public PrometheusSettings {
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new IllegalArgumentException("the URL of Prometheus begins with http:// or https://");
        }
        if (url.getHost() == null) {
            throw new IllegalArgumentException("the URL of Prometheus names no host");
        }
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException("the URL of Prometheus is no place for a password: name a token file");
        }
        if (url.getQuery() != null || url.getFragment() != null) {
            throw new IllegalArgumentException(
                    "the URL of Prometheus ends with its path: /api/v1/query is added to it");
        }
        if (delay.isNegative() || delay.compareTo(MOST_DELAY) > 0) {
            throw new IllegalArgumentException("the delay of Prometheus is " + MOST_DELAY + " at most");
        }
    }

    /** As a Prometheus is asked that scrapes nobody else, with the usual patience. */
    public PrometheusSettings(URI url, @Nullable Path tokenFile, @Nullable Path caFile, @Nullable String tenant) {
        this(url, tokenFile, caFile, tenant, TargetSelector.EVERY, Duration.ZERO, USUAL);
    }

    /** The same, with these targets and this delay. */
    public PrometheusSettings with(TargetSelector others, Duration later) {
        return new PrometheusSettings(url, tokenFile, caFile, tenant, others, later, patience);
    }

    URI query() {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/api/v1/query");
    }
}
