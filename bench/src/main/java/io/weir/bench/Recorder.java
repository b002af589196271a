package io.weir.bench;

/**
 * Takes down what is read of one server, and says it.
 *
 * @param name of the server
 * @param readings that it is added to
 */
record Recorder(String name, Readings readings, Progress progress) {

    /** @param value NaN, which is what is computed from a NaN: not known, and not taken down */
    void read(Quantity quantity, double value) {
        if (!Double.isNaN(value)) {
            readings.add(quantity, value);
            say(quantity.name() + ": " + Report.number(value) + " " + quantity.unit());
        }
    }

    void say(String line) {
        progress.say(name + ": " + line);
    }
}
