package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.decode.Fields;
import io.weir.controlplane.source.decode.KubernetesKinds;
import io.weir.controlplane.source.decode.Names;
import io.weir.controlplane.source.decode.Suggest;
import io.weir.controlplane.source.directory.WorkloadSpec.Inject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Our own kind. Unknown fields are errors: nobody else reads it, so they are typing mistakes. */
final class WorkloadDecoder {

    static final String INJECT = "weir.io/inject";

    private WorkloadDecoder() {}

    static Manifest workload(ObjectRef ref, Fields document) {
        document.only("apiVersion", "kind", "metadata", "spec");
        Fields metadata = document.object("metadata");
        metadata.only("name", "namespace", "labels", "annotations", "creationTimestamp");
        Fields spec = document.object("spec");
        spec.only("serviceAccount", "address", "ports", "command", "env", "replicas", "ready");
        SortedMap<String, String> annotations = metadata.textMap("annotations");
        String account = spec.text("serviceAccount", "default");
        if (!Names.isSubdomain(account)) {
            spec.error("serviceAccount", "is not a valid name.", "Use lower-case letters, digits and dashes.");
        }
        Replica.Start start = start(spec);
        Integer replicas = spec.integer("replicas", 0, WorkloadSpec.MAX_REPLICAS);
        if (replicas != null && start == null) {
            spec.error("replicas", "needs a command.", "Add spec.command, or write one Workload for each process.");
        }
        Boolean ready = spec.bool("ready");
        return new Manifest.OfWorkload(new WorkloadSpec(
                new WorkloadKey(ref.namespace(), ref.name()),
                metadata.textMap("labels"),
                annotations,
                account,
                address(spec, start),
                ports(spec),
                start,
                replicas,
                ready == null || ready,
                inject(metadata.object("annotations"), annotations.get(INJECT))));
    }

    private static Inject inject(Fields annotations, @Nullable String written) {
        if (written == null || written.equals("enabled")) {
            return Inject.ENABLED;
        }
        if (written.equals("disabled")) {
            return Inject.DISABLED;
        }
        annotations.error(INJECT, "'" + Suggest.shorten(written) + "' says nothing.", "Write enabled or disabled.");
        return Inject.ENABLED;
    }

    private static String address(Fields spec, Replica.@Nullable Start start) {
        String address = spec.text("address");
        if (address == null) {
            return "127.0.0.1";
        }
        if (start != null) {
            spec.error(
                    "address",
                    "goes not with a command: a started app listens where HOST says.",
                    "Remove the address, or the command.");
        }
        try {
            InetAddress literal = InetAddress.ofLiteral(address);
            if (!literal.isAnyLocalAddress() && !literal.isMulticastAddress()) {
                return literal.getHostAddress();
            }
            spec.error("address", "is no address of one machine.", "Write 127.0.0.1, or where the app listens.");
        } catch (IllegalArgumentException e) {
            spec.error(
                    "address",
                    "'" + Suggest.shorten(address) + "' is not an IP address.",
                    "Write 127.0.0.1, or the IP address where the app listens; names are not looked up.");
        }
        return "127.0.0.1";
    }

    private static List<WorkloadSpec.Port> ports(Fields spec) {
        List<WorkloadSpec.Port> ports = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Fields port : spec.objects("ports")) {
            port.only("name", "port", "protocol", "appProtocol");
            Integer number = port.requiredPort("port");
            String name = port.text("name", "");
            Transport transport = KubernetesKinds.transport(port);
            if (!name.isEmpty() && !Names.isLabel(name)) {
                port.error("name", "is not a valid name.", "Use lower-case letters, digits and dashes.");
            } else if (!name.isEmpty() && !seen.add(name)) {
                port.error("name", "'" + name + "' is listed twice.", "Give each port a name of its own.");
            }
            if (number == null || transport == null) {
                continue;
            }
            if (!seen.add(number + "/" + transport)) {
                port.error("port", number + "/" + transport + " is listed twice.", "Remove one of the two.");
            }
            ports.add(new WorkloadSpec.Port(number, name, transport, port.text("appProtocol")));
        }
        return ports;
    }

    private static Replica.@Nullable Start start(Fields spec) {
        List<String> command = new ArrayList<>();
        List<JsonNode> words = spec.list("command");
        for (int i = 0; i < words.size(); i++) {
            JsonNode word = words.get(i);
            if (word.isValueNode() && !word.isNull()) {
                command.add(word.asString());
            } else {
                spec.error("command[" + i + "]", "must be text.", "Write one word of the command.");
            }
        }
        SortedMap<String, String> env = env(spec);
        if (spec.has("command") && command.isEmpty()) {
            spec.error("command", "is empty.", "Write the program and its arguments as a list, or remove it.");
        }
        if (command.isEmpty()) {
            if (!env.isEmpty()) {
                spec.error("env", "needs a command.", "Add spec.command, or remove the environment.");
            }
            return null;
        }
        return new Replica.Start(command, env);
    }

    /** A mapping, or Kubernetes' list of name and value. */
    private static SortedMap<String, String> env(Fields spec) {
        TreeMap<String, String> env = new TreeMap<>();
        JsonNode written = spec.node().get("env");
        if (written == null || written.isObject()) {
            spec.object("env").scalars(env::put);
        } else {
            for (Fields entry : spec.objects("env")) {
                entry.only("name", "value");
                String name = entry.text("name");
                if (name == null) {
                    entry.error("name", "is missing.", "Add the variable's name.");
                } else {
                    JsonNode value = entry.node().get("value");
                    env.put(name, value == null || value.isNull() ? "" : value.asString());
                }
            }
        }
        for (String name : env.keySet()) {
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                spec.error("env", "'" + Suggest.shorten(name) + "' can't name a variable.", "Rename the variable.");
            }
        }
        return Sorted.map(env);
    }
}
