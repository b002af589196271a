package io.weir.controlplane.xds.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What is logged at INFO and above while it is open. */
final class LogTrap extends AbstractAppender implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final Level before = context.getConfiguration().getRootLogger().getLevel();

    private LogTrap() {
        super("trap", null, null, true, Property.EMPTY_ARRAY);
    }

    static LogTrap open() {
        LogTrap trap = new LogTrap();
        trap.start();
        trap.context.getConfiguration().getRootLogger().addAppender(trap, Level.INFO, null);
        trap.context.getConfiguration().getRootLogger().setLevel(Level.INFO);
        trap.context.updateLoggers();
        return trap;
    }

    @Override
    public void append(LogEvent event) {
        lines.add(event.getLoggerName() + " " + event.getMessage().getFormattedMessage());
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        context.getConfiguration().getRootLogger().removeAppender(getName());
        context.getConfiguration().getRootLogger().setLevel(before);
        context.updateLoggers();
        stop();
    }
}
