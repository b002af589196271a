package io.weir.e2e;

import io.weir.controlplane.standalone.Supervisor;

/** Prints what went wrong, and nothing else. */
final class QuietEvents implements Supervisor.Events {

    @Override
    public void happened(String line) {}

    @Override
    public void failed(String line) {
        System.err.println("supervisor: " + line);
    }

    @Override
    public void printed(String source, String line) {}
}
