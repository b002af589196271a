package io.weir.e2e;

import io.weir.controlplane.standalone.Supervisor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Prints what went wrong, and keeps it; says nothing else. */
final class QuietEvents implements Supervisor.Events {

    private final List<String> failures = new CopyOnWriteArrayList<>();

    @Override
    public void happened(String line) {}

    @Override
    public void failed(String line) {
        failures.add(line);
        System.err.println("supervisor: " + line);
    }

    @Override
    public void printed(String source, String line) {}

    /** What went wrong so far. */
    List<String> failures() {
        return List.copyOf(failures);
    }
}
