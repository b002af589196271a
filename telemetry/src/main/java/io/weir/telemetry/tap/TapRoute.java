package io.weir.telemetry.tap;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRequest;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.telemetry.model.ResourceKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /v1/tap?workload=deployments/web&namespace=shop}: a {@link TapEvent} a line as JSON, for as long as the caller stays;
 * an empty line now and then says that there was nothing. 400 for what can't be asked, 404 if it covers no pod with a sidecar,
 * 429 while too many watch.
 *
 * <p>Further parameters: {@code from} and {@code to} as {@code [NAMESPACE/]KIND/NAME}, {@code method}, {@code path} (how it
 * begins), {@code query=shown}.
 */
public record TapRoute(Taps taps) implements AdminRoute {

    /** As a route of the admin API. */
    public static final String NAME = "GET /v1/tap";

    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final long HEARTBEAT_NS = Duration.ofSeconds(1).toNanos();
    private static final int AT_ONCE = 500;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(of -> of.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    @Override
    public AdminAnswer answer(AdminRequest request) {
        TapQuestion question;
        try {
            question = question(request.query());
        } catch (IllegalArgumentException e) {
            return AdminAnswer.text(400, String.valueOf(e.getMessage()));
        }
        if (taps.pods(question.workload()).isEmpty()) {
            return AdminAnswer.text(
                    404, "no pod with a sidecar belongs to " + request.query().get("workload"));
        }
        Taps.Watch watch = taps.open(question);
        return watch == null
                ? AdminAnswer.text(429, Taps.MOST + " watch already")
                : AdminAnswer.streamed("application/x-ndjson", new Told(watch));
    }

    /** Whoever is given it closes it: the watch has begun before it is written. */
    private record Told(Taps.Watch watch) implements AdminAnswer.Streamed {

        @Override
        public void write(OutputStream out) throws IOException {
            TapRoute.write(watch, out);
        }

        @Override
        public void close() {
            watch.close();
        }
    }

    private static void write(Taps.Watch watch, OutputStream out) throws IOException {
        try {
            TapEvent.Watching told = null;
            long written = System.nanoTime();
            while (true) {
                TapEvent.Watching now = watch.watching();
                boolean news = !now.equals(told);
                if (news) {
                    told = now;
                    line(TapEvent.of(now), out);
                }
                news |= requests(watch, out);
                if (!news && System.nanoTime() - written > HEARTBEAT_NS) {
                    // Only by writing is it found that the caller has gone.
                    out.write('\n');
                    news = true;
                }
                if (news) {
                    written = System.nanoTime();
                    out.flush();
                }
            }
        } catch (IOException e) {
            throw new AdminAnswer.CallerGone(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean requests(Taps.Watch watch, OutputStream out) throws IOException, InterruptedException {
        int told = 0;
        TappedRequest request = watch.next(PATIENCE);
        while (request != null) {
            line(TapEvent.of(request), out);
            told++;
            request = told < AT_ONCE ? watch.next(Duration.ZERO) : null;
        }
        long dropped = watch.dropped();
        if (dropped > 0) {
            line(TapEvent.dropped(dropped), out);
        }
        return told > 0 || dropped > 0;
    }

    private static void line(TapEvent event, OutputStream out) throws IOException {
        out.write((JSON.writeValueAsString(event) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static TapQuestion question(Map<String, String> query) {
        String namespace = query.get("namespace");
        Selection workload = selection(query.getOrDefault("workload", ""), namespace);
        String from = query.get("from");
        String to = query.get("to");
        String method = query.get("method");
        return new TapQuestion(
                workload,
                from == null ? null : selection(from, null),
                to == null ? null : selection(to, null),
                method == null ? null : method.toUpperCase(Locale.ROOT),
                query.getOrDefault("path", ""),
                "shown".equals(query.get("query")) ? TapQuestion.Query.SHOWN : TapQuestion.Query.HIDDEN);
    }

    private static Selection selection(String text, @Nullable String namespace) {
        int slash = text.indexOf('/');
        String plural = slash < 0 ? text : text.substring(0, slash);
        String name = text.substring(slash + 1);
        ResourceKind kind = Arrays.stream(ResourceKind.values())
                .filter(candidate -> candidate.plural().equals(plural) && candidate != ResourceKind.TRAFFIC_SPLIT)
                .findFirst()
                .orElse(null);
        if (kind == null || slash < 0 || name.isEmpty()) {
            throw new IllegalArgumentException(text + " is not KIND/NAME, with the kind as in deployments/web");
        }
        return new Selection(kind, namespace, name);
    }
}
