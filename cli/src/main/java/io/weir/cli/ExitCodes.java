package io.weir.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the command's exit code means; printed in every {@code --help}. */
final class ExitCodes {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int FINDINGS = 3;

    private ExitCodes() {}

    static Map<String, String> explained() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("1", "the operation failed");
        codes.put("2", "wrong usage");
        codes.put("3", "findings at or above --fail-on (validate)");
        return codes;
    }
}
