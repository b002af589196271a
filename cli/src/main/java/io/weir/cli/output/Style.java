package io.weir.cli.output;

import java.util.Locale;
import java.util.Map;

/** What the place that is printed to can show. */
public record Style(Colour colour, Marks marks) {

    /** Whether text may be coloured. */
    public enum Colour {
        ON,
        OFF
    }

    /** Whether marks beyond ASCII are understood. */
    public enum Marks {
        UNICODE,
        ASCII
    }

    /** No colour, no marks beyond ASCII. */
    public static final Style PLAIN = new Style(Colour.OFF, Marks.ASCII);

    /**
     * From the environment: no colour off a terminal, with NO_COLOR (https://no-color.org), or on a dumb terminal.
     *
     * @param environment WEIR_TTY says whether standard output is a terminal, WEIR_STDERR whether standard error is; the
     *     launcher sets them. Both get the same text, so both must be.
     */
    public static Style of(Map<String, String> environment) {
        boolean terminal = environment.getOrDefault("WEIR_TTY", "").equals("1")
                && environment.getOrDefault("WEIR_STDERR", "tty").equals("tty");
        boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Style(terminal && wanted ? Colour.ON : Colour.OFF, utf8(environment) ? Marks.UNICODE : Marks.ASCII);
    }

    private static boolean utf8(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                String upper = value.toUpperCase(Locale.ROOT);
                return upper.endsWith("UTF-8") || upper.endsWith("UTF8");
            }
        }
        return false;
    }

    public String good(String text) {
        return paint("32", text);
    }

    public String bad(String text) {
        return paint("31", text);
    }

    public String warn(String text) {
        return paint("33", text);
    }

    public String faint(String text) {
        return paint("2", text);
    }

    /** A tick, or OK. */
    public String tick() {
        return good(marks == Marks.UNICODE ? "✔" : "OK");
    }

    /** Mutual TLS, or yes. */
    public String secured() {
        return good(marks == Marks.UNICODE ? "√" : "yes");
    }

    /** No mutual TLS, or no. */
    public String plaintext() {
        return bad(marks == Marks.UNICODE ? "×" : "no");
    }

    private String paint(String code, String text) {
        return colour == Colour.ON ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
