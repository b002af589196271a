package io.weir.smi.wellknown;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the injector put into a pod, as the pod's annotation {@link Keys#SIDECAR} says it.
 *
 * @param version of the Weir that injected
 * @param udpPorts by the app's UDP port, where the sidecar listens for it
 * @param excludedInboundPorts at which callers reach the app itself
 * @param original annotations and probes that injection replaced, as JSON by JSON pointer, for {@code weir uninject}
 */
public record InjectedSidecar(
        String version,
        Style style,
        Interception interception,
        SortedMap<Integer, Integer> udpPorts,
        SortedSet<Integer> excludedInboundPorts,
        SortedMap<String, String> original) {

    /** How the sidecar runs. */
    public enum Style {
        /** An init container that keeps running. */
        NATIVE,
        /** An ordinary container. */
        CLASSIC
    }

    /** How traffic gets to the sidecar. */
    public enum Interception {
        /** The kernel redirects it. */
        REDIRECT,
        /** The app calls through the sidecar's addresses; callers reach the app itself. */
        EXPLICIT
    }

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public InjectedSidecar {
        udpPorts = new TreeMap<>(udpPorts == null ? Map.of() : udpPorts);
        excludedInboundPorts = new TreeSet<>(excludedInboundPorts == null ? Set.of() : excludedInboundPorts);
        original = new TreeMap<>(original == null ? Map.of() : original);
    }

    /** The annotation's value. */
    public String json() {
        return JSON.writeValueAsString(this);
    }

    /** Null if the annotation is absent or can't be read: then the pod counts as one without a sidecar. */
    public static @Nullable InjectedSidecar parse(@Nullable String annotation) {
        if (annotation == null) {
            return null;
        }
        try {
            InjectedSidecar sidecar = JSON.readValue(annotation, InjectedSidecar.class);
            return sidecar == null || sidecar.style() == null || sidecar.interception() == null ? null : sidecar;
        } catch (JacksonException unreadable) {
            return null;
        }
    }
}
