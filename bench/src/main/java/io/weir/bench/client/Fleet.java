package io.weir.bench.client;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.weir.bench.client.Connection.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/** Some simulated sidecars of one server. */
public final class Fleet implements AutoCloseable {

    // As in the bootstraps that Weir writes: a control plane that was restarted is back soon.
    private static final long SHORTEST_WAIT_MILLIS = 200;
    private static final long LONGEST_WAIT_MILLIS = 2_000;

    private final Target target;
    private final Protocol protocol;
    private final EventLoopGroup threads;
    private final Bootstrap loops;
    private final References references = new References();
    private final List<Sidecar> sidecars = new ArrayList<>();
    private final Random random = new Random(7);
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final Map<String, AtomicInteger> reasons = new ConcurrentHashMap<>();
    private volatile Watch watch = Watch.NONE;
    private volatile Arrivals opened;
    private volatile Arrivals ready;
    private volatile boolean closed;

    /** @param threads that all clients share */
    public Fleet(Target target, Protocol protocol, List<Who> clients, int threads) {
        this.target = target;
        this.protocol = protocol;
        this.threads = new MultiThreadIoEventLoopGroup(threads, EpollIoHandler.newFactory());
        this.loops = new Bootstrap()
                .group(this.threads)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true);
        for (Who who : clients) {
            sidecars.add(new Sidecar(sidecars.size(), who, this));
        }
        this.opened = new Arrivals(clients.size());
        this.ready = new Arrivals(clients.size());
    }

    /** All at once. */
    public void connect() {
        sidecars.forEach(Sidecar::connect);
    }

    public int size() {
        return sidecars.size();
    }

    /** When clients have all that they asked for. */
    public Arrivals ready() {
        return ready;
    }

    /** From now on it is told anew when clients have opened a stream and asked for what they asked for before. */
    public Arrivals openedAgain() {
        opened = new Arrivals(size());
        return opened;
    }

    /** Shows responses to this one from now on, and no longer to the one before. */
    public void watch(Watch next) {
        watch = next;
    }

    /** This many clients read no more, from the last one down. */
    public void stopReading(int count) {
        sidecars.subList(size() - count, size()).forEach(Sidecar::stopReading);
    }

    /** Bytes that came so far, TLS included. */
    public long wireBytes() {
        return sum(Sidecar::bytes);
    }

    /** Bytes of responses so far. */
    public long responseBytes() {
        return sum(Sidecar::responseBytes);
    }

    private long sum(ToLongFunction<Sidecar> bytes) {
        return sidecars.stream().mapToLong(bytes).sum();
    }

    /** Streams that the server ended. */
    public int refused() {
        return refused.get();
    }

    /** Connections that broke. */
    public int lost() {
        return lost.get();
    }

    /** Why streams and connections ended, and how often. */
    public Map<String, AtomicInteger> reasons() {
        return reasons;
    }

    Target target() {
        return target;
    }

    Protocol protocol() {
        return protocol;
    }

    Bootstrap loops() {
        return loops;
    }

    References references() {
        return references;
    }

    void saw(int client, Kind kind, byte[] message, long nanos) {
        watch.saw(client, kind, message, nanos);
    }

    void opened(int client) {
        opened.arrived(client, System.nanoTime());
    }

    void ready(int client, long nanos) {
        ready.arrived(client, nanos);
    }

    void ended(Sidecar sidecar, End how, String reason, int attempts) {
        if (closed) {
            return;
        }
        switch (how) {
            case TOLD -> refused.incrementAndGet();
            case BROKEN -> lost.incrementAndGet();
            case UNREACHABLE -> {}
        }
        reasons.computeIfAbsent(reason, _ -> new AtomicInteger()).incrementAndGet();
        long most = Math.min(LONGEST_WAIT_MILLIS, SHORTEST_WAIT_MILLIS << Math.min(attempts, 10));
        Future<?> _ = threads.schedule(sidecar::connect, random.nextLong(most), TimeUnit.MILLISECONDS);
    }

    /** Ends all connections. */
    @Override
    public void close() {
        closed = true;
        sidecars.forEach(Sidecar::close);
        Future<?> _ =
                threads.shutdownGracefully(100, 5_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
