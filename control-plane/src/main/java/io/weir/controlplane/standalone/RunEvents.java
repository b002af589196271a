package io.weir.controlplane.standalone;

/** What a running supervisor tells the person at the terminal. Called from several threads. */
public interface RunEvents {

    /** Something happened: one line, as {@code ready shop/bookstore-v1 http proxy http://127.16.0.1:15080}. */
    void happened(String line);

    /** Something went wrong: one line that says what is done about it, or what to do. */
    void failed(String line);

    /**
     * A process printed a line; it is in that process's log file as well.
     *
     * @param source {@code namespace/name}, or {@code control plane}
     */
    void printed(String source, String line);
}
