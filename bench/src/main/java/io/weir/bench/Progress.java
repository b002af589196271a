package io.weir.bench;

import java.io.PrintStream;

/** Says on the way how far it is. */
record Progress(PrintStream out) {

    void say(String line) {
        out.println(line);
        out.flush();
    }
}
