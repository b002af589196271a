package io.weir.controlplane.status;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.status.Condition.Aspect;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Under which condition, and by which reason, each kind of finding is told. One row for each code. */
enum Meaning {
    UNREADABLE("WEIR001", null, "Unreadable"),
    SYNTAX("WEIR002", null, "Unreadable"),
    TOO_LARGE("WEIR003", null, "Unreadable"),
    DUPLICATE_KEY("WEIR004", null, "Unreadable"),
    NOT_AN_OBJECT("WEIR005", Aspect.ACCEPTED, "Invalid"),
    BAD_NAME("WEIR006", Aspect.ACCEPTED, "Invalid"),
    UNKNOWN_KIND("WEIR007", null, "UnknownKind"),
    IGNORED_KIND("WEIR008", null, "UnknownKind"),
    DEFINED_TWICE("WEIR009", null, "DefinedTwice"),
    BAD_FIELD("WEIR010", Aspect.ACCEPTED, "Invalid"),
    UNKNOWN_FIELD_OF_OURS("WEIR011", Aspect.ACCEPTED, "Invalid"),
    FOLDER("WEIR012", null, "Unreadable"),
    REPLICA_CLASH("WEIR013", null, "Workload"),
    NO_ADDRESS("WEIR014", null, "Workload"),
    NOT_SUPPORTED("WEIR015", null, "NotSupported"),
    TARGET_PORT("WEIR016", null, "TargetPort"),
    TYPE("WEIR101", Aspect.ACCEPTED, "Invalid"),
    MISSING("WEIR102", Aspect.ACCEPTED, "Invalid"),
    NAME("WEIR103", Aspect.ACCEPTED, "Invalid"),
    CHOICE("WEIR104", Aspect.ACCEPTED, "Invalid"),
    PORT("WEIR105", Aspect.ACCEPTED, "Invalid"),
    DUPLICATE("WEIR106", Aspect.ACCEPTED, "Duplicate"),
    REGEX("WEIR107", Aspect.ACCEPTED, "InvalidRegex"),
    HEADER("WEIR108", Aspect.ACCEPTED, "Invalid"),
    WEIGHT("WEIR109", Aspect.ACCEPTED, "InvalidWeight"),
    WEIGHT_SUM("WEIR110", Aspect.ACCEPTED, "InvalidWeight"),
    FOREIGN_DESTINATION("WEIR111", Aspect.ACCEPTED, "InvalidNamespace"),
    NOBODY("WEIR112", Aspect.ACCEPTED, "NobodyAllowed"),
    ROOT("WEIR113", Aspect.ACCEPTED, "InvalidService"),
    OTHER_VERSION("WEIR114", Aspect.ACCEPTED, "OtherVersion"),
    NO_EFFECT("WEIR115", Aspect.ACCEPTED, "NoEffect"),
    TOO_MANY("WEIR116", Aspect.ACCEPTED, "TooMany"),
    VERSION("WEIR117", Aspect.ACCEPTED, "OtherVersion"),
    SLASH("WEIR118", Aspect.ACCEPTED, "PathWithoutSlash"),
    ANNOTATION("WEIR119", Aspect.ACCEPTED, "InvalidAnnotation"),
    NO_WEIGHT("WEIR120", Aspect.ACCEPTED, "NoWeight"),
    UNKNOWN_FIELD("WEIR121", Aspect.ACCEPTED, "UnknownField"),
    NAMESPACE_MODE("WEIR201", null, "InvalidMode"),
    PROTOCOL_DISAGREEMENT("WEIR202", null, "ProtocolDisagreement"),
    SELECTS_NOTHING("WEIR203", null, "SelectsNothing"),
    SPLIT_ROOT("WEIR204", Aspect.RESOLVED_REFS, "ServiceNotFound"),
    SPLIT_BACKEND_EXCLUDED("WEIR205", Aspect.RESOLVED_REFS, "BackendExcluded"),
    SPLIT_WITHOUT_WEIGHT("WEIR206", Aspect.ACCEPTED, "NoWeight"),
    SPLIT_CONFLICT("WEIR207", Aspect.CONFLICTED, "Conflict"),
    SPLIT_MATCH_MISSING("WEIR208", Aspect.RESOLVED_REFS, "RouteNotFound"),
    SPLIT_MATCH_NEEDS_HTTP("WEIR209", Aspect.ACCEPTED, "NotHttp"),
    SPLIT_BACKEND_UNREACHABLE("WEIR210", Aspect.ACCEPTED, "BackendUnreachable"),
    TARGET_NAMESPACE("WEIR211", Aspect.ACCEPTED, "InvalidNamespace"),
    TARGET_SUBJECT_KIND("WEIR212", Aspect.ACCEPTED, "InvalidKind"),
    TARGET_WITHOUT_SOURCES("WEIR213", Aspect.ACCEPTED, "NobodyAllowed"),
    TARGET_WITHOUT_RULES("WEIR214", Aspect.ACCEPTED, "NobodyAllowed"),
    TARGET_ROUTE_MISSING("WEIR215", Aspect.RESOLVED_REFS, "RouteNotFound"),
    TARGET_MATCH_MISSING("WEIR216", Aspect.RESOLVED_REFS, "MatchNotFound"),
    TARGET_PORT_UNUSED("WEIR217", Aspect.ACCEPTED, "PortUnused"),
    TARGET_SOURCE_UNKNOWN("WEIR218", Aspect.RESOLVED_REFS, "AccountNotFound"),
    TARGET_DESTINATION_UNKNOWN("WEIR219", Aspect.RESOLVED_REFS, "AccountNotFound"),
    TARGET_RULE_KIND("WEIR220", Aspect.ACCEPTED, "InvalidKind"),
    SPLIT_ROOT_HEADLESS("WEIR221", Aspect.ACCEPTED, "HeadlessService"),
    UDP_PORT_NOT_INTERCEPTED("WEIR222", Aspect.ENFORCED, "NotIntercepted"),
    TARGET_AUDITED("WEIR223", Aspect.ENFORCED, "Audited"),
    NAMESPACE_TRACE_SAMPLING("WEIR224", null, "InvalidSampling"),
    NAMESPACE_TRACES_GO_NOWHERE("WEIR225", null, "NoCollector");

    private static final Map<String, Meaning> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toMap(Meaning::code, Function.identity()));

    private final String code;
    private final @Nullable Aspect condition;
    private final String reason;

    /** @param condition null for what is never said of an SMI object in a cluster */
    Meaning(String code, @Nullable Aspect condition, String reason) {
        this.code = code;
        this.condition = condition;
        this.reason = reason;
    }

    String code() {
        return code;
    }

    @Nullable
    Aspect condition() {
        return condition;
    }

    String reason() {
        return reason;
    }

    /** What a finding means; of a code that has no row, that the object is not quite right. */
    static Meaning of(Diagnostic found) {
        return BY_CODE.getOrDefault(found.code(), BAD_FIELD);
    }

    /** As a sentence or two. */
    static String text(Diagnostic found) {
        String field = found.field().isEmpty() ? "" : found.field() + ": ";
        return field + found.message() + (found.fix().isEmpty() ? "" : " " + found.fix());
    }
}
