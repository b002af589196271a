package io.weir.injector.inject;

import io.weir.smi.wellknown.InjectedSidecar.Interception;
import io.weir.smi.wellknown.InjectedSidecar.Style;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How a pod's sidecar shall be, from annotations and settings.
 *
 * @param excludedInbound TCP ports at which callers reach the app itself
 * @param excludedOutbound TCP ports to which the app connects without the sidecar
 */
record PodOptions(
        Style style,
        Interception interception,
        SortedSet<Integer> excludedInbound,
        SortedSet<Integer> excludedOutbound,
        List<Cidr> excludedNetworks,
        InjectionSettings.Resources resources) {

    PodOptions {
        excludedInbound = new TreeSet<>(excludedInbound);
        excludedOutbound = new TreeSet<>(excludedOutbound);
        excludedNetworks = List.copyOf(excludedNetworks);
    }

    /** The same, for a pod whose sidecar is there. */
    PodOptions as(Style present, Interception way) {
        return new PodOptions(present, way, excludedInbound, excludedOutbound, excludedNetworks, resources);
    }
}
