package io.weir.cli;

import io.weir.telemetry.tap.TapEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Live requests, from all who tell of them. */
final class TapFeed implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BACKLOG = 10_000;

    private final List<Followed> sources;
    private final Runnable asked;
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>(BACKLOG);
    private final Map<Integer, TapEvent.Watching> watching = new HashMap<>();

    /** What one source said. */
    private sealed interface Item {

        record Event(int source, TapEvent event) implements Item {}

        /** It says no more. */
        record End(String why) implements Item {}
    }

    private TapFeed(List<Followed> sources, Runnable asked) {
        this.sources = List.copyOf(sources);
        this.asked = asked;
    }

    /**
     * Reads all of them; they are closed with the feed.
     *
     * @param asked ends what they came by
     * @throws Failure if one of them is a refusal
     */
    static TapFeed of(List<Followed> sources, Runnable asked) {
        TapFeed feed = new TapFeed(sources, asked);
        boolean begun = false;
        try {
            sources.forEach(TapFeed::check);
            feed.begin();
            begun = true;
        } finally {
            if (!begun) {
                feed.close();
            }
        }
        return feed;
    }

    private static void check(Followed source) {
        if (source.status() == 200) {
            return;
        }
        String said = text(source.body());
        throw switch (source.status()) {
            case 404 ->
                said.startsWith("nothing at ")
                        ? new Failure(
                                "the mesh that runs is of a Weir that does not tell of live requests", "start it anew")
                        : new Failure(said, "see weir stat pods");
            case 429 -> new Failure("too many watch live requests: " + said, "end another weir tap or weir top");
            default ->
                new Failure(
                        "live requests were asked for, and the answer was " + source.status() + ": " + said,
                        "run the weir that started the mesh");
        };
    }

    private static String text(InputStream body) {
        try {
            return new String(body.readNBytes(10_000), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(the rest was lost: " + e.getMessage() + ")";
        }
    }

    private void begin() {
        for (int i = 0; i < sources.size(); i++) {
            int source = i;
            Thread.ofVirtual()
                    .name("tap")
                    .start(() -> read(source, sources.get(source).body()));
        }
    }

    private void read(int source, InputStream body) {
        try {
            items.put(lines(source, body));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Item lines(int source, InputStream body) throws InterruptedException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    items.put(new Item.Event(source, JSON.readValue(line, TapEvent.class)));
                }
            }
            return new Item.End("it has ended");
        } catch (IOException e) {
            return new Item.End(Failure.text(e));
        } catch (JacksonException e) {
            return new Item.End("a line can't be read: " + e.getOriginalMessage());
        }
    }

    /**
     * The next event; null if there is none in that time. How far it is watched is told of all together.
     *
     * @throws Failure if one who tells has gone
     */
    @Nullable
    TapEvent next(Duration patience) {
        try {
            return switch (items.poll(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                case null -> null;
                case Item.Event(int source, TapEvent event) -> {
                    TapEvent.Watching told = event.watching();
                    yield told == null ? event : all(source, told);
                }
                case Item.End(String why) ->
                    throw new Failure("nobody tells of live requests any more: " + why, "run it again");
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted", "run it again");
        }
    }

    /** Each counts all pods, and as listening those that are connected to it. */
    private TapEvent all(int source, TapEvent.Watching told) {
        watching.put(source, told);
        int pods = 0;
        int listening = 0;
        for (TapEvent.Watching one : watching.values()) {
            pods = Math.max(pods, one.pods());
            listening += one.listening();
        }
        return new TapEvent(new TapEvent.Watching(pods, listening), null, null);
    }

    @Override
    public void close() {
        IOException failure = null;
        for (Followed source : sources) {
            try {
                source.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        asked.run();
        if (failure != null) {
            throw new UncheckedIOException("what told of live requests did not end cleanly", failure);
        }
    }
}
