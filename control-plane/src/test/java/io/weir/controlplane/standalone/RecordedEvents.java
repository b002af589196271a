package io.weir.controlplane.standalone;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps every line, so that a test can wait for one. */
final class RecordedEvents implements Supervisor.Events {

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final StringBuilder seen = new StringBuilder();

    @Override
    public void happened(String line) {
        lines.add(line);
    }

    @Override
    public void failed(String line) {
        lines.add("FAILED " + line);
    }

    @Override
    public void printed(String source, String line) {
        lines.add(source + ": " + line);
    }

    /** The next line that starts so; those before it are passed over. */
    String await(String start) throws InterruptedException {
        while (true) {
            String line = lines.poll(20, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line starts with '" + start + "'; there were:\n" + seen);
            }
            seen.append(line).append('\n');
            if (line.startsWith(start)) {
                return line;
            }
        }
    }

    String seen() {
        return seen.toString();
    }
}
