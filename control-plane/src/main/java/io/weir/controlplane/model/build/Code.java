package io.weir.controlplane.model.build;

/** What the model builder has to say, one code for each kind of finding. */
enum Code {
    NAMESPACE_MODE("WEIR201"),
    PROTOCOL_DISAGREEMENT("WEIR202"),
    SELECTS_NOTHING("WEIR203"),
    SPLIT_ROOT("WEIR204"),
    SPLIT_BACKEND_EXCLUDED("WEIR205"),
    SPLIT_WITHOUT_WEIGHT("WEIR206"),
    SPLIT_CONFLICT("WEIR207"),
    SPLIT_MATCH_MISSING("WEIR208"),
    SPLIT_MATCH_NEEDS_HTTP("WEIR209"),
    SPLIT_BACKEND_UNREACHABLE("WEIR210"),
    TARGET_NAMESPACE("WEIR211"),
    TARGET_SUBJECT_KIND("WEIR212"),
    TARGET_WITHOUT_SOURCES("WEIR213"),
    TARGET_WITHOUT_RULES("WEIR214"),
    TARGET_ROUTE_MISSING("WEIR215"),
    TARGET_MATCH_MISSING("WEIR216"),
    TARGET_PORT_UNUSED("WEIR217"),
    TARGET_SOURCE_UNKNOWN("WEIR218"),
    TARGET_DESTINATION_UNKNOWN("WEIR219"),
    TARGET_RULE_KIND("WEIR220");

    private final String code;

    Code(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }
}
