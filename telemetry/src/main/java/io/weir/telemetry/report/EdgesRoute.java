package io.weir.telemetry.report;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRequest;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.controlplane.model.Sorted;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.report.EdgeReport.Incomplete;
import io.weir.telemetry.report.EdgeReporter.Sidecars;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /v1/edges?t=30s}: 200 with an {@link EdgeReport}; 503 with {@link Incomplete} while a part of the window is not known,
 * since less than what happened would be taken for all of it; 504 if that takes too long; 400 for a window that can't be.
 *
 * @param inventory what there is when it is asked
 * @param sidecars the same
 */
public record EdgesRoute(Readings readings, Supplier<Inventory> inventory, Supplier<Sidecars> sidecars)
        implements AdminRoute {

    /** As a route of the admin API. */
    public static final String NAME = "GET /v1/edges";

    private static final Pattern WINDOW = Pattern.compile("(\\d{1,5})([smh])");
    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofHours(24);

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** @param request of its query {@code t}: a whole number of seconds, minutes or hours, as {@code 90s}; 30s without it */
    @Override
    public AdminAnswer answer(AdminRequest request) {
        String t = request.query().get("t");
        Duration window = window(t);
        if (window == null) {
            return AdminAnswer.text(
                    400, "t is a window from 1s to 24h, a whole number and s, m or h, such as 30s; not " + t);
        }
        return switch (readings.window(window)) {
            case Readings.Answer.Complete complete ->
                AdminAnswer.json(JSON, EdgeReporter.report(window, complete, inventory.get(), sidecars.get()));
            case Readings.Answer.Incomplete incomplete -> {
                // A full second more is no harm, none at all would have it asked again at once.
                long seconds = incomplete.retryAfter().toSeconds() + 1;
                String body = JSON.writeValueAsString(new Incomplete(incomplete.reason(), seconds));
                yield new AdminAnswer(
                        503,
                        "application/json",
                        Sorted.map(Map.of("Retry-After", Long.toString(seconds))),
                        body + "\n");
            }
            case Readings.Answer.TimedOut late ->
                AdminAnswer.text(
                        504,
                        "it was not found out within " + late.waited().toSeconds() + " s; a shorter window may be");
        };
    }

    private static @Nullable Duration window(@Nullable String text) {
        if (text == null) {
            return USUAL;
        }
        Matcher matcher = WINDOW.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        Duration window = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
        return window.isZero() || window.compareTo(LONGEST) > 0 ? null : window;
    }
}
