package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.directory.LoopbackTable.Incarnation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The addresses of one mesh on this machine over time, saved so that a restart changes none. */
final class LoopbackPlan implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final @Nullable Path file;
    private final MeshBlock block;
    private final SortedSet<Integer> taken;
    private final Function<WorkloadKey, String> uids;
    private LoopbackTable table;

    private LoopbackPlan(
            @Nullable Path file,
            MeshBlock block,
            SortedSet<Integer> taken,
            Function<WorkloadKey, String> uids,
            LoopbackTable table) {
        this.file = file;
        this.block = block;
        this.taken = taken;
        this.uids = uids;
        this.table = table;
    }

    /** Nothing is saved or locked; uids follow from names. For looking at manifests without running them. */
    static LoopbackPlan inMemory() {
        return new LoopbackPlan(
                null,
                new MeshBlock(MeshBlock.FIRST, null),
                Collections.emptySortedSet(),
                WorkloadKey::toString,
                LoopbackTable.EMPTY);
    }

    /**
     * The saved plan, or a new one.
     *
     * @param file where to save; null: nowhere
     * @param lockFolder shared by all meshes of this user; null: there is no other mesh
     * @throws IOException if the addresses can't be had
     */
    static LoopbackPlan open(@Nullable Path file, @Nullable Path lockFolder) throws IOException {
        JsonNode saved = file == null ? JSON.createObjectNode() : load(file);
        int preferred = saved.path("block").asInt(MeshBlock.FIRST);
        MeshBlock block = lockFolder == null
                ? new MeshBlock(Math.clamp(preferred, MeshBlock.FIRST, 15), null)
                : MeshBlock.take(lockFolder, preferred, name(file));
        SortedSet<Integer> before = ports(saved.path("taken"));
        SortedSet<Integer> taken = taken(block, before);
        LoopbackPlan plan =
                new LoopbackPlan(file, block, taken, _ -> UUID.randomUUID().toString(), table(saved));
        if (saved.has("block") && (block.number() != preferred || !taken.equals(before))) {
            plan.save();
        }
        return plan;
    }

    /** Looked at when a mesh starts: where its sidecars run on, their ports stay as they are. */
    private static SortedSet<Integer> taken(MeshBlock block, SortedSet<Integer> before) throws IOException {
        MeshBlock.Held held = block.held();
        return held == null || held.sidecars()
                ? before
                : Sorted.set(ListeningPorts.now().atAllAddresses());
    }

    private static SortedSet<Integer> ports(JsonNode list) {
        return list.valueStream().map(port -> port.asInt(0)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(@Nullable Path file) {
        return file == null
                ? UUID.randomUUID().toString()
                : file.toAbsolutePath().normalize().toString();
    }

    /** Ports that others have at every address, so that nobody of this mesh can have them at any. */
    SortedSet<Integer> taken() {
        return taken;
    }

    /** The base address of the mesh, as a number. */
    int base() {
        return block.base();
    }

    /**
     * Gives everyone a place, keeping what was given before.
     *
     * @throws IOException if the plan changed and can't be saved; {@link #table} holds it nevertheless
     */
    LoopbackTable assign(SortedMap<WorkloadKey, String> replicas, SortedSet<ServiceKey> services) throws IOException {
        LoopbackTable next = table.with(replicas, services, uids);
        if (!next.equals(table)) {
            table = next;
            save();
        }
        return next;
    }

    private void save() throws IOException {
        if (file != null) {
            PrivateFile.replace(file, JSON.writeValueAsBytes(json()));
        }
    }

    LoopbackTable table() {
        return table;
    }

    @Override
    public void close() {
        block.close();
    }

    private static JsonNode load(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return JSON.createObjectNode();
        } catch (JacksonException e) {
            throw new IOException(file + " is not the JSON that was saved: " + e.getOriginalMessage(), e);
        }
    }

    private ObjectNode json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("block", block.number());
        taken.forEach(root.putArray("taken")::add);
        ObjectNode replicas = root.putObject("replicas");
        table.replicas().assigned().forEach((key, index) -> {
            ObjectNode entry = replicas.putObject(key.toString()).put("block", index);
            Incarnation incarnation = table.incarnations().get(key);
            if (incarnation != null) {
                entry.put("uid", incarnation.uid()).put("serviceAccount", incarnation.serviceAccount());
            }
        });
        ObjectNode services = root.putObject("services");
        table.services().assigned().forEach((key, offset) -> services.put(key.toString(), offset));
        return root;
    }

    private static LoopbackTable table(JsonNode root) {
        TreeMap<WorkloadKey, Integer> replicas = new TreeMap<>();
        TreeMap<WorkloadKey, Incarnation> incarnations = new TreeMap<>();
        TreeMap<ServiceKey, Integer> services = new TreeMap<>();
        each(root.path("replicas"), (name, entry) -> {
            WorkloadKey key = new WorkloadKey(name[0], name[1]);
            int index = entry.path("block").asInt(0);
            if (index >= 1 && index <= LoopbackTable.MAX_REPLICAS && !replicas.containsValue(index)) {
                replicas.put(key, index);
            }
            if (entry.path("uid").isString()) {
                incarnations.put(
                        key,
                        new Incarnation(
                                entry.path("uid").stringValue(),
                                entry.path("serviceAccount").asString("default")));
            }
        });
        each(root.path("services"), (name, entry) -> {
            int offset = entry.asInt(0);
            if (offset >= LoopbackTable.FIRST_SERVICE
                    && offset <= LoopbackTable.LAST_SERVICE
                    && !services.containsValue(offset)) {
                services.put(new ServiceKey(name[0], name[1]), offset);
            }
        });
        return new LoopbackTable(new Slots<>(replicas), new Slots<>(services), incarnations);
    }

    private static void each(JsonNode object, BiConsumer<String[], JsonNode> entries) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String[] name = entry.getKey().split("/", 2);
            if (name.length == 2) {
                entries.accept(name, entry.getValue());
            }
        }
    }
}
