package io.weir.e2e;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** An app that answers every request with its own name, and remembers how many it served. */
final class HttpApp implements AutoCloseable {

    private final String name;
    private final String address;
    private final List<HttpServer> servers = new ArrayList<>();
    private final AtomicInteger served = new AtomicInteger();
    private volatile Headers last = new Headers();
    private volatile int status = 200;
    private volatile Duration work = Duration.ZERO;

    private HttpApp(String name, String address) {
        this.name = name;
        this.address = address;
    }

    /** Listens on these ports of an address of its own. */
    static HttpApp listening(String name, int... ports) {
        HttpApp app = new HttpApp(name, Loopback.address(ports));
        for (int port : ports) {
            app.listen(port);
        }
        return app;
    }

    private void listen(int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> answer(exchange, port));
            server.start();
            servers.add(server);
        } catch (IOException e) {
            throw new IllegalStateException("app " + name + " on " + address + ":" + port, e);
        }
    }

    private void answer(HttpExchange exchange, int port) throws IOException {
        served.incrementAndGet();
        last = exchange.getRequestHeaders();
        exchange.getRequestBody().readAllBytes();
        byte[] body = (name + " " + port + " " + exchange.getRequestMethod() + " " + exchange.getRequestURI())
                .getBytes(StandardCharsets.UTF_8);
        work();
        exchange.getResponseHeaders().add("x-app", name);
        exchange.sendResponseHeaders(status, "HEAD".equals(exchange.getRequestMethod()) ? -1 : body.length);
        if (!"HEAD".equals(exchange.getRequestMethod())) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /** From now on, every answer has this status. */
    void answerWith(int newStatus) {
        status = newStatus;
    }

    /** From now on, every answer takes so long. */
    void takes(Duration newWork) {
        work = newWork;
    }

    private void work() {
        long end = System.nanoTime() + work.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    String address() {
        return address;
    }

    /** Requests that reached the app. */
    int served() {
        return served.get();
    }

    /** A header of the last request that reached the app; empty if it had none. */
    String lastHeader(String name) {
        return Objects.requireNonNullElse(last.getFirst(name), "");
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
    }
}
