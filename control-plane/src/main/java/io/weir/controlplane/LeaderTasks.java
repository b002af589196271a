package io.weir.controlplane;

import io.weir.controlplane.leader.LeaderElection;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a leader does for as long as it leads: started when it begins to, ended in the reverse order. */
final class LeaderTasks implements LeaderElection.Office, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LeaderTasks.class);

    private final List<Task> tasks;
    private @Nullable Parts running;

    /** Starts something that runs until it is closed. */
    @FunctionalInterface
    interface Task {
        AutoCloseable start();
    }

    LeaderTasks(List<Task> tasks) {
        this.tasks = List.copyOf(tasks);
    }

    @Override
    public synchronized void gained() {
        lost();
        Parts parts = new Parts();
        running = parts;
        for (Task task : tasks) {
            try {
                parts.open(task.start());
            } catch (RuntimeException bug) {
                // The other tasks are done all the same; the next leader tries this one again.
                log.error("a leader's task does not start", bug);
            }
        }
    }

    @Override
    public synchronized void lost() {
        Parts parts = running;
        running = null;
        if (parts != null) {
            try {
                parts.close();
            } catch (IOException e) {
                log.warn("a leader's task did not end cleanly", e);
            }
        }
    }

    @Override
    public void close() {
        lost();
    }
}
