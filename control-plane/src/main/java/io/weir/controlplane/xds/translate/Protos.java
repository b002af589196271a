package io.weir.controlplane.xds.translate;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** The small messages that everything is made of. */
final class Protos {

    static final BoolValue TRUE = BoolValue.of(true);

    static final BoolValue FALSE = BoolValue.of(false);

    /** Zero, which turns a timeout of Envoy's off. */
    static final Duration NONE = seconds(0);

    /** Further resources come over the stream that brought this one. */
    static final ConfigSource ADS = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .setResourceApiVersion(ApiVersion.V3)
            .build();

    private Protos() {}

    static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    static Duration millis(int millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1000)
                .setNanos(millis % 1000 * 1_000_000)
                .build();
    }

    /** A number up to 2^32-1. */
    static UInt32Value uint32(long value) {
        return UInt32Value.of((int) value);
    }

    static Address tcp(String address, int port) {
        return address(address, port, SocketAddress.Protocol.TCP);
    }

    static Address udp(String address, int port) {
        return address(address, port, SocketAddress.Protocol.UDP);
    }

    static Address address(String address, int port, SocketAddress.Protocol protocol) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder()
                        .setAddress(address)
                        .setPortValue(port)
                        .setProtocol(protocol))
                .build();
    }

    static StringMatcher exactly(String text) {
        return StringMatcher.newBuilder().setExact(text).build();
    }

    /** Matches the whole text, as Envoy's regexes do. */
    static StringMatcher regex(String regex) {
        return StringMatcher.newBuilder().setSafeRegex(pattern(regex)).build();
    }

    static RegexMatcher pattern(String regex) {
        return RegexMatcher.newBuilder().setRegex(regex).build();
    }

    /** A header that is present and matches; Envoy never matches an absent one unless told to. */
    static HeaderMatcher header(String name, StringMatcher value) {
        return HeaderMatcher.newBuilder().setName(name).setStringMatch(value).build();
    }
}
