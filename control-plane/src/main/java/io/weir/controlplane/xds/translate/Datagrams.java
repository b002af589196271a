package io.weir.controlplane.xds.translate;

import com.github.xds.core.v3.CidrRange;
import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.IPMatcher;
import com.github.xds.type.matcher.v3.Matcher;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.udp.udp_proxy.v3.Route;
import io.envoyproxy.envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.SourceIPInput;
import io.weir.controlplane.xds.resource.XdsResource;
import java.util.SortedSet;

/** UDP sessions: a client's socket keeps its endpoint until it is silent for a minute. */
final class Datagrams {

    /** Nobody sends from it; it stands where no source is allowed, because a matcher must name one. */
    private static final String NOBODY = "255.255.255.255";

    private Datagrams() {}

    /** From everybody. */
    static UdpProxyConfig.Builder to(String cluster) {
        return UdpProxyConfig.newBuilder().setMatcher(Matcher.newBuilder().setOnNoMatch(toRoute(cluster)));
    }

    /** From these addresses; other datagrams are dropped. */
    static UdpProxyConfig.Builder to(String cluster, SortedSet<String> sources) {
        IPMatcher.IPRangeMatcher.Builder allowed = IPMatcher.IPRangeMatcher.newBuilder();
        for (String source : sources) {
            allowed.addRanges(single(source));
        }
        if (sources.isEmpty()) {
            allowed.addRanges(single(NOBODY));
        }
        return UdpProxyConfig.newBuilder()
                .setMatcher(Matcher.newBuilder()
                        .setMatcherTree(Matcher.MatcherTree.newBuilder()
                                .setInput(extension(
                                        "envoy.matching.inputs.source_ip", SourceIPInput.getDefaultInstance()))
                                .setCustomMatch(extension(
                                        "ip",
                                        IPMatcher.newBuilder()
                                                .addRangeMatchers(allowed.setOnMatch(toRoute(cluster)))
                                                .build()))));
    }

    private static CidrRange single(String address) {
        return CidrRange.newBuilder()
                .setAddressPrefix(address)
                .setPrefixLen(Protos.uint32(Addresses.isIpv6(address) ? 128 : 32))
                .build();
    }

    private static Matcher.OnMatch toRoute(String cluster) {
        return Matcher.OnMatch.newBuilder()
                .setAction(extension(
                        "route", Route.newBuilder().setCluster(cluster).build()))
                .build();
    }

    private static TypedExtensionConfig extension(String name, Message config) {
        return TypedExtensionConfig.newBuilder()
                .setName(name)
                .setTypedConfig(XdsResource.pack(config))
                .build();
    }
}
