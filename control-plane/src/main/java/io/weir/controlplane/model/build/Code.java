package io.weir.controlplane.model.build;

import org.jspecify.annotations.Nullable;

/** What the model builder has to say, one code for each kind of finding. */
enum Code {
    NAMESPACE_MODE("WEIR201"),
    PROTOCOL_DISAGREEMENT("WEIR202"),
    SELECTS_NOTHING("WEIR203"),
    SPLIT_ROOT("WEIR204", "WEIR113"),
    SPLIT_BACKEND_EXCLUDED("WEIR205"),
    SPLIT_WITHOUT_WEIGHT("WEIR206", "WEIR120"),
    SPLIT_CONFLICT("WEIR207"),
    SPLIT_MATCH_MISSING("WEIR208"),
    SPLIT_MATCH_NEEDS_HTTP("WEIR209"),
    SPLIT_BACKEND_UNREACHABLE("WEIR210"),
    TARGET_NAMESPACE("WEIR211", "WEIR111"),
    TARGET_SUBJECT_KIND("WEIR212", "WEIR104"),
    TARGET_WITHOUT_SOURCES("WEIR213", "WEIR112"),
    TARGET_WITHOUT_RULES("WEIR214", "WEIR112"),
    TARGET_ROUTE_MISSING("WEIR215"),
    TARGET_MATCH_MISSING("WEIR216"),
    TARGET_PORT_UNUSED("WEIR217"),
    TARGET_SOURCE_UNKNOWN("WEIR218"),
    TARGET_DESTINATION_UNKNOWN("WEIR219"),
    TARGET_RULE_KIND("WEIR220", "WEIR104"),
    SPLIT_ROOT_HEADLESS("WEIR221"),
    UDP_PORT_NOT_INTERCEPTED("WEIR222"),
    TARGET_AUDITED("WEIR223"),
    NAMESPACE_TRACE_SAMPLING("WEIR224"),
    NAMESPACE_TRACES_GO_NOWHERE("WEIR225");

    private final String code;
    private final @Nullable String alsoSaidAs;

    Code(String code) {
        this(code, null);
    }

    /** @param alsoSaidAs the code under which the object's own validation says the same */
    Code(String code, @Nullable String alsoSaidAs) {
        this.code = code;
        this.alsoSaidAs = alsoSaidAs;
    }

    String code() {
        return code;
    }

    /** Null if validation, which sees one object only, can't say it. */
    @Nullable
    String alsoSaidAs() {
        return alsoSaidAs;
    }
}
