package io.weir.telemetry.prometheus;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Asks a Prometheus. May be used from any thread. */
final class PrometheusClient implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** Of one answer: some 60,000 series. */
    private static final long MOST_BYTES = 32L << 20;

    /**
     * Parameters that are nothing to Prometheus. Thanos would leave out a store that does not answer, go from one of two that scraped
     * the same to the other, whose last scrape was earlier, and may take a long window from what it keeps of each hour. Of the last 30 s
     * VictoriaMetrics would tell as it was before.
     */
    private static final String EXACTLY = "&partial_response=false&dedup=false&max_source_resolution=0s&nocache=1";

    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    private final PrometheusSettings settings;
    private final HttpClient http;

    /** @throws IOException if its certificates can't be read */
    PrometheusClient(PrometheusSettings settings) throws IOException {
        this.settings = settings;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT);
        Path ca = settings.caFile();
        this.http = (ca == null ? builder : builder.sslContext(trusting(ca))).build();
    }

    private static SSLContext trusting(Path ca) throws IOException {
        try (InputStream in = Files.newInputStream(ca)) {
            KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
            roots.load(null, null);
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                roots.setCertificateEntry("root-" + roots.size(), each);
            }
            if (roots.size() == 0) {
                throw new IOException("there is no certificate in " + ca);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates in " + ca + " can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * What an instant query finds.
     *
     * @param deadline of {@link System#nanoTime()}
     * @throws Unanswered if there is no answer in time, or not the whole one
     */
    List<Found> query(String promql, Instant time, long deadline) throws Unanswered {
        String form = "query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8) + "&time=" + seconds(time) + EXACTLY;
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.query())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        String token = token();
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (settings.tenant() != null) {
            request.header("X-Scope-OrgID", settings.tenant());
        }
        HttpResponse<byte[]> response = send(request.build(), deadline);
        try {
            if (response.statusCode() != 200) {
                throw Unanswered.because("Prometheus answers " + response.statusCode() + Found.error(response.body()));
            }
            return Found.read(new ByteArrayInputStream(response.body()));
        } catch (IOException e) {
            throw Unanswered.because("what Prometheus answers can't be read: " + e.getMessage());
        }
    }

    private @Nullable String token() throws Unanswered {
        Path file = settings.tokenFile();
        if (file == null) {
            return null;
        }
        try {
            String token = Files.readString(file).strip();
            // Checked here, because whoever refuses it as a header repeats it.
            if (!TOKEN.matcher(token).matches()) {
                throw Unanswered.because("what " + file.getFileName() + " holds is no bearer token");
            }
            return token;
        } catch (IOException e) {
            // Its message is the file's name.
            throw Unanswered.because("the token for Prometheus can't be read: " + e.getMessage());
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request, long deadline) throws Unanswered {
        CompletableFuture<HttpResponse<byte[]>> response =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            return response.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            response.cancel(true);
            throw Unanswered.late(settings.patience());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw Unanswered.because("Prometheus can't be asked: "
                    + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()));
        } catch (InterruptedException e) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw Unanswered.because("interrupted while Prometheus was asked");
        }
    }

    /** With milliseconds, as it keeps times. */
    private static String seconds(Instant time) {
        long ms = time.toEpochMilli();
        return "%d.%03d".formatted(Math.floorDiv(ms, 1000), Math.floorMod(ms, 1000));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
