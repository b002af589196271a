package io.weir.smi.validate;

/** The codes of violations; each keeps its meaning for ever. */
final class Codes {

    /** A value of the wrong JSON type. */
    static final String TYPE = "WEIR101";

    /** A required field is absent. */
    static final String MISSING = "WEIR102";

    /** A name that Kubernetes would not take. */
    static final String NAME = "WEIR103";

    /** A value that is not one of those the spec lists. */
    static final String CHOICE = "WEIR104";

    /** A port that is no whole number from 1 to 65535. */
    static final String PORT = "WEIR105";

    /** The same entry twice. */
    static final String DUPLICATE = "WEIR106";

    /** A regular expression that Envoy would refuse, or that is too large. */
    static final String REGEX = "WEIR107";

    /** A header that no request can have. */
    static final String HEADER = "WEIR108";

    /** A weight that is negative, fractional or no number. */
    static final String WEIGHT = "WEIR109";

    /** Weights whose sum Envoy cannot hold. */
    static final String WEIGHT_SUM = "WEIR110";

    /** A TrafficTarget for a destination in another namespace. */
    static final String FOREIGN_DESTINATION = "WEIR111";

    /** No sources, or no rules: nobody is allowed. */
    static final String NOBODY = "WEIR112";

    /** A root service that is none of this namespace. */
    static final String ROOT = "WEIR113";

    /** A field that this version does not have, and whose loss would change the meaning. */
    static final String OTHER_VERSION = "WEIR114";

    /** Without effect, though legal. */
    static final String NO_EFFECT = "WEIR115";

    /** More entries than Weir takes. */
    static final String TOO_MANY = "WEIR116";

    /** A version of an SMI kind that was never released, or no SMI kind. */
    static final String VERSION = "WEIR117";

    /** A path regex that gets a leading slash. */
    static final String SLASH = "WEIR118";

    /** An annotation of the conversion that makes no sense. */
    static final String ANNOTATION = "WEIR119";

    /** A split that sends traffic nowhere. */
    static final String NO_WEIGHT = "WEIR120";

    /** A field that this version does not have. */
    static final String UNKNOWN_FIELD = "WEIR121";

    private Codes() {}
}
