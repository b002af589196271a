package io.weir.controlplane.source.kubernetes.watch;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as it arrives, until a deadline. Nothing is asked of the connection before what came was read.
 * Read by one thread, which may be interrupted.
 */
final class ResponseBody extends InputStream {

    /** What arrived: bytes, or the end; with a failure unless it is the proper one. */
    private record Arrival(
            List<ByteBuffer> bytes, boolean last, @Nullable Throwable failure) {}

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Deque<ByteBuffer> unread = new ArrayDeque<>();
    private final long deadline;
    private @Nullable AsyncBody body;
    private boolean ended;

    /** @param deadline by {@link System#nanoTime} */
    ResponseBody(long deadline) {
        this.deadline = deadline;
    }

    /** Some of it is there. */
    void arrived(List<ByteBuffer> bytes) {
        arrivals.add(new Arrival(bytes, false, null));
    }

    /** The answer's head is there. */
    void open(AsyncBody answer) {
        body = answer;
        CompletableFuture<Void> _ =
                answer.done().whenComplete((_, failure) -> arrivals.add(new Arrival(List.of(), true, failure)));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (unread.isEmpty()) {
            if (ended) {
                return -1;
            }
            await();
        }
        ByteBuffer next = unread.getFirst();
        int count = Math.min(length, next.remaining());
        next.get(into, offset, count);
        if (!next.hasRemaining()) {
            unread.removeFirst();
        }
        return count;
    }

    private void await() throws IOException {
        AsyncBody open = body;
        if (open == null) {
            throw new IllegalStateException("read before the answer's head was there");
        }
        if (arrivals.isEmpty()) {
            open.consume();
        }
        Arrival arrival;
        try {
            arrival = arrivals.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("ended by its reader");
        }
        if (arrival == null) {
            throw new SocketTimeoutException("no end in the time it was asked to take");
        }
        if (arrival.failure() != null) {
            throw new IOException("the connection broke: " + arrival.failure().getMessage(), arrival.failure());
        }
        ended = arrival.last();
        arrival.bytes().stream().filter(ByteBuffer::hasRemaining).forEach(unread::add);
    }

    @Override
    public void close() {
        if (body != null) {
            body.cancel();
        }
    }
}
