package io.weir.cli.demo;

import java.io.PrintStream;
import java.util.List;

/** Where the demo shows what happens. Used from several threads. */
sealed interface Screen {

    /** A line that stays. */
    void say(String line);

    /** Lines that stay until the next ones replace them. */
    void show(List<String> block);

    /** Lines that stay, in place of those that were shown. */
    void keep(List<String> block);

    /** A terminal: what is shown is drawn again in place. */
    final class Live implements Screen {

        private static final String NO_WRAP = "\u001b[?7l";
        private static final String WRAP = "\u001b[?7h";

        private final PrintStream terminal;
        private List<String> shown = List.of();

        Live(PrintStream terminal) {
            this.terminal = terminal;
        }

        @Override
        public synchronized void say(String line) {
            List<String> block = shown;
            draw(erase() + line + "\n" + lines(block));
            shown = block;
        }

        @Override
        public synchronized void show(List<String> block) {
            draw(erase() + lines(block));
            shown = List.copyOf(block);
        }

        /** Nobody has to find the way back over these, so all of a long one may be seen. */
        @Override
        public synchronized void keep(List<String> block) {
            draw(erase() + String.join("\n", block) + "\n");
        }

        /** The way back to where the block that is shown begins. */
        private String erase() {
            String back = shown.isEmpty() ? "" : "\r\u001b[" + shown.size() + "A\u001b[J";
            shown = List.of();
            return back;
        }

        /** A line that wrapped would count as two on the way back. */
        private static String lines(List<String> block) {
            return block.isEmpty() ? "" : NO_WRAP + String.join("\n", block) + "\n" + WRAP;
        }

        private void draw(String text) {
            terminal.print(text);
            terminal.flush();
        }
    }

    /** No terminal: progress goes to one stream, results to another, and nothing is drawn twice. */
    final class Plain implements Screen {

        private final PrintStream progress;
        private final PrintStream results;

        Plain(PrintStream progress, PrintStream results) {
            this.progress = progress;
            this.results = results;
        }

        @Override
        public synchronized void say(String line) {
            progress.println(line);
        }

        @Override
        public void show(List<String> block) {
            // The last state of it comes with keep.
        }

        @Override
        public synchronized void keep(List<String> block) {
            block.forEach(results::println);
        }
    }
}
