package io.weir.cli.demo;

import io.weir.cli.output.Console;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.EnvoyUnavailable;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the bookstore and leads its canary, from the first progress line to the last word. */
public final class Demo {

    /**
     * What to run.
     *
     * @param examples the folder {@code examples} of a checkout
     * @param folder what is run is a copy, here
     */
    public record Settings(Path examples, Path folder, Ending ending) {}

    /** What comes after the canary's walk. */
    public enum Ending {
        /** The mesh stays up for the user, until Ctrl-C. */
        STAY,
        /** The mesh ends, and the exit code says whether all was right. */
        EXIT
    }

    private final Settings settings;
    private final Pace pace;
    private final Console console;
    private final Screen screen;
    private final CountDownLatch stop = new CountDownLatch(1);

    Demo(Settings settings, Pace pace, Console console) {
        this.settings = settings;
        this.pace = pace;
        this.console = console;
        this.screen = settings.ending() == Ending.STAY
                ? new Screen.Live(console.out())
                : new Screen.Plain(console.err(), console.out());
    }

    /**
     * Returns when the demo is over: 0, or 1 if something was not as it should be.
     *
     * @throws EnvoyUnavailable if there is no Envoy to run
     * @throws IOException if a folder can't be used; its message is for people
     */
    public static int run(Settings settings, Console console, MeshStarter starter)
            throws IOException, EnvoyUnavailable, InterruptedException {
        return new Demo(settings, Pace.USUAL, console).run(starter);
    }

    /** The manifests' place in the folder of a demo. */
    public static Path manifests(Path folder) {
        return DemoFolder.manifests(folder);
    }

    int run(MeshStarter starter) throws IOException, EnvoyUnavailable, InterruptedException {
        Path manifests = DemoFolder.copy(settings.examples(), settings.folder());
        screen.say("manifests: " + seenFromHere(manifests) + " (edit them; a saved file is live at once)");
        MeshStarter.Mesh mesh = starter.start(manifests, new Lines());
        Thread end = Thread.ofPlatform().name("demo-end").unstarted(() -> {
            stop.countDown();
            close(mesh);
        });
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return walk(manifests, mesh);
        } finally {
            if (stop.getCount() > 0) {
                Runtime.getRuntime().removeShutdownHook(end);
                screen.say("ending what was started");
                close(mesh);
            }
        }
    }

    private int walk(Path manifests, MeshStarter.Mesh mesh) throws IOException {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
        RunningReplicas replicas = new RunningReplicas(mesh.state(), http);
        Set<String> missing = awaitReady(replicas);
        if (stop.getCount() == 0) {
            return 1;
        }
        if (!missing.isEmpty()) {
            return failed(List.of("not ready after " + pace.ready().toSeconds() + " s: " + String.join(", ", missing)
                    + "; logs are in " + mesh.state().resolve("proxies")));
        }
        Walk walk = new Walk(
                new Walk.World(
                        new EchoApps(replicas::all, http),
                        new SplitManifest(manifests.resolve(Bookstore.SPLIT_FILE)),
                        this::goOn),
                pace,
                screen,
                console.style());
        List<String> problems = walk.run();
        if (problems == null) {
            return 1;
        }
        int exit = problems.isEmpty() ? 0 : failed(problems);
        if (settings.ending() == Ending.STAY) {
            next(replicas, manifests, mesh).forEach(screen::say);
            walk.watch();
        }
        return exit;
    }

    /** Those that did not become ready in time. */
    private Set<String> awaitReady(RunningReplicas replicas) {
        long until = System.nanoTime() + pace.ready().toNanos();
        Set<String> missing = replicas.missing(Bookstore.WORKLOADS);
        while (!missing.isEmpty() && System.nanoTime() < until && goOn(pace.tick())) {
            screen.show(List.of(console.style().faint("waiting for " + String.join(", ", missing))));
            missing = replicas.missing(Bookstore.WORKLOADS);
        }
        screen.show(List.of());
        return missing;
    }

    private int failed(List<String> problems) {
        for (String problem : problems) {
            screen.say(console.style().bad("demo failed: ") + problem);
        }
        return 1;
    }

    private List<String> next(RunningReplicas replicas, Path copy, MeshStarter.Mesh mesh) {
        String proxy = httpProxy(replicas, Bookstore.BUYER);
        Path manifests = seenFromHere(copy);
        return List.of(
                "",
                "The mesh stays up until Ctrl-C. Try, in another terminal:",
                "  bin/weir explain " + manifests + " --from " + Bookstore.THIEF + " --to shop/bookstore --path /books",
                "  bin/weir split set bookstore bookstore-v1=70 bookstore-v2=30 -f " + manifests,
                "  curl -x http://" + proxy + " http://bookstore.shop/books    # as bookbuyer",
                "Logs are in " + mesh.state().resolve("proxies") + ".",
                "");
    }

    private static @Nullable String httpProxy(RunningReplicas replicas, String key) {
        return replicas.all().stream()
                .filter(replica -> replica.key().equals(key))
                .map(DesiredReplica::httpProxy)
                .findFirst()
                .orElse(null);
    }

    private static Path seenFromHere(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path) : path;
    }

    private boolean goOn(Duration time) {
        try {
            return !stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void close(MeshStarter.Mesh mesh) {
        try {
            mesh.close();
        } catch (IOException e) {
            screen.say(console.style().bad("not all was ended: ") + e.getMessage());
        }
    }

    private final class Lines implements MeshStarter.Progress {

        @Override
        public void happened(String line) {
            screen.say(line);
        }

        @Override
        public void failed(String line) {
            screen.say(console.style().bad("! ") + line);
        }
    }
}
