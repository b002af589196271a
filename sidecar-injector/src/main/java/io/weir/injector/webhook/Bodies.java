package io.weir.injector.webhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * Reads bodies in bounded memory and time. Who sends slowly waits here, where many may wait, and takes no turn from those who
 * have sent theirs.
 */
final class Bodies {

    private static final int IN_MEMORY = 128 << 20;
    private static final int CHUNK = 16 << 10;
    private static final int DISCARDED = 32 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Semaphore budget = new Semaphore(IN_MEMORY);

    /** A request that is read no further. */
    static final class Refused extends Exception {

        @Serial
        private static final long serialVersionUID = 1;

        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** A body, whose share of the memory is given back when it is closed. */
    final class Body implements AutoCloseable {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(CHUNK);

        private void add(byte[] chunk, int length) throws Refused {
            if (!budget.tryAcquire(length)) {
                throw new Refused(503, "too many reviews at once");
            }
            bytes.write(chunk, 0, length);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        @Override
        public void close() {
            budget.release(bytes.size());
        }
    }

    Body read(Request request, int most) throws Refused {
        if (request.getLength() > most) {
            throw tooLong(most);
        }
        long deadline = System.nanoTime() + LONGEST.toNanos();
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        long idle = connection.getIdleTimeout();
        // Between requests a connection may be silent for longer than within one.
        connection.setIdleTimeout(LONGEST.toMillis());
        Body body = new Body();
        boolean whole = false;
        try {
            // Not closed: what is refused is discarded later.
            InputStream in = Content.Source.asInputStream(request);
            byte[] chunk = new byte[CHUNK];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                body.add(chunk, length);
                if (body.bytes.size() > most) {
                    throw tooLong(most);
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new Refused(408, "a review comes within " + LONGEST.toSeconds() + " seconds");
                }
            }
            whole = true;
            return body;
        } catch (IOException e) {
            throw new Refused(400, "the review did not come whole");
        } finally {
            connection.setIdleTimeout(idle);
            if (!whole) {
                body.close();
            }
        }
    }

    /** Reads what is left, to a bound. */
    void discard(Request request) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        long idle = connection.getIdleTimeout();
        connection.setIdleTimeout(LONGEST.toMillis());
        try {
            InputStream in = Content.Source.asInputStream(request);
            byte[] chunk = new byte[CHUNK];
            int left = DISCARDED;
            for (int length = 0; length >= 0 && left > 0 && System.nanoTime() - deadline < 0; length = in.read(chunk)) {
                left -= length;
            }
        } catch (IOException _) {
            // It ended.
        } finally {
            connection.setIdleTimeout(idle);
        }
    }

    private static Refused tooLong(int most) {
        return new Refused(413, "a review has " + most + " bytes at most");
    }
}
