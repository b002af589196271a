package io.weir.injector.inject;

import io.weir.smi.wellknown.Sidecar;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Where the sidecar listens for each UDP port that a pod declares. */
final class UdpPorts {

    private UdpPorts() {}

    static SortedMap<Integer, Integer> of(PodTree pod) {
        SortedSet<Integer> declared = new TreeSet<>();
        for (JsonNode container : pod.lastingContainers()) {
            for (JsonNode port : container.path("ports")) {
                if (port.path("protocol").asString("").equals("UDP")) {
                    declared.add(port.path("containerPort").asInt(0));
                }
            }
        }
        SortedMap<Integer, Integer> ports = new TreeMap<>();
        for (int port : declared) {
            ports.put(port, Sidecar.FIRST_UDP_PORT + ports.size());
        }
        return ports;
    }
}
