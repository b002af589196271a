package io.weir.smi.specs.v1alpha4;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TCPRoute or UDPRoute says; {@code {"matches": {"ports": [...]}}} in JSON.
 *
 * @param ports pod ports, 1..65535; empty: all ports (S15)
 */
public record PortsSpec(@JsonIgnore List<Integer> ports) {

    /** All ports. */
    public static final PortsSpec ANY = new PortsSpec(List.of());

    public PortsSpec {
        ports = List.copyOf(ports);
    }

    /** The JSON shape around the ports. */
    public record Matches(@Nullable List<Integer> ports) {}

    @JsonCreator
    static PortsSpec of(@JsonProperty("matches") @Nullable Matches matches) {
        return matches == null || matches.ports() == null ? ANY : new PortsSpec(matches.ports());
    }

    @JsonProperty("matches")
    Matches matches() {
        return new Matches(ports);
    }
}
