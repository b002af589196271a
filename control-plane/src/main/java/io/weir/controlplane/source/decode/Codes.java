package io.weir.controlplane.source.decode;

/** What can be wrong with manifests, as files and as objects that SMI does not define. */
public enum Codes {
    UNREADABLE("WEIR001"),
    SYNTAX("WEIR002"),
    TOO_LARGE("WEIR003"),
    DUPLICATE_KEY("WEIR004"),
    NOT_AN_OBJECT("WEIR005"),
    BAD_NAME("WEIR006"),
    UNKNOWN_KIND("WEIR007"),
    IGNORED_KIND("WEIR008"),
    DEFINED_TWICE("WEIR009"),
    BAD_FIELD("WEIR010"),
    UNKNOWN_FIELD("WEIR011"),
    FOLDER("WEIR012"),
    REPLICA_CLASH("WEIR013"),
    NO_ADDRESS("WEIR014"),
    NOT_SUPPORTED("WEIR015"),
    TARGET_PORT("WEIR016");

    private final String code;

    Codes(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
