package io.weir.cli.output;

/** How a result is printed. */
public enum Format {
    /** For people. */
    TABLE,
    JSON,
    YAML
}
