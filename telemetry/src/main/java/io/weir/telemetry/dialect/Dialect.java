package io.weir.telemetry.dialect;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Whose names a metric has. Each is complete in itself; which are wanted, the scraper says. */
public enum Dialect {
    /** Our own, with all that is known. */
    WEIR(new WeirVocabulary()),
    /** Open Service Mesh's, told by clients. */
    OSM(new OsmVocabulary()),
    /** Linkerd's proxies'. */
    LINKERD(new LinkerdVocabulary()),
    /** Istio's standard metrics. */
    ISTIO(new IstioVocabulary());

    private final Vocabulary vocabulary;

    Dialect(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * Those named.
     *
     * @param text names with commas between them, {@code osm,linkerd}
     * @throws IllegalDialectException on a name that is none; its message is for whoever asked
     */
    public static Set<Dialect> parse(String text) throws IllegalDialectException {
        Set<Dialect> dialects = EnumSet.noneOf(Dialect.class);
        for (String name : text.split(",", -1)) {
            dialects.add(Stream.of(values())
                    .filter(dialect -> dialect.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalDialectException(name)));
        }
        return dialects;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
