package io.weir.controlplane;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which package may use which: a new package takes its place here first. */
final class Layers extends ArchCondition<JavaClass> {

    private static final String ROOT = "io.weir.controlplane";
    private static final String EVERYTHING = "*";

    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("model", Set.of()),
            Map.entry("source", Set.of("model")),
            Map.entry("source.decode", Set.of("source", "model")),
            Map.entry("source.directory", Set.of("source", "source.decode", "model")),
            Map.entry("source.kubernetes", Set.of("source", "source.decode", "model")),
            Map.entry("model.build", Set.of("source", "model")),
            Map.entry("explain", Set.of("model")),
            Map.entry("policy", Set.of("model")),
            Map.entry("xds.resource", Set.of()),
            Map.entry("xds.translate", Set.of("model", "policy", "xds.resource")),
            Map.entry("identity", Set.of("model")),
            Map.entry("identity.podcert", Set.of("model", "identity", "source.kubernetes")),
            Map.entry("identity.roots", Set.of("source", "source.kubernetes", "model")),
            Map.entry("xds.cache", Set.of("model", "xds.resource")),
            Map.entry("xds.server", Set.of("model", "identity", "xds.resource", "xds.cache")),
            Map.entry("standalone", Set.of("model", "source", "source.directory", "model.build", "identity")),
            // Orchestration, and what starts and shows it.
            Map.entry("leader", Set.of()),
            Map.entry("replicas", Set.of("model")),
            Map.entry("trace", Set.of()),
            Map.entry("status", Set.of("model", "source", "source.kubernetes", "model.build")),
            Map.entry("push", Set.of(EVERYTHING)),
            Map.entry("admin", Set.of(EVERYTHING)),
            Map.entry("", Set.of(EVERYTHING)));

    Layers() {
        super("use only packages to their left");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        String from = place(type);
        if (from == null) {
            events.add(SimpleConditionEvent.violated(
                    type, type.getPackageName() + " has no place in Layers: give it one, as far left as it goes"));
            return;
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
            JavaClass target = dependency.getTargetClass().getBaseComponentType();
            String to = place(target);
            if (to != null && !mayUse(from, to)) {
                events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
            }
        }
    }

    private static boolean mayUse(String from, String to) {
        Set<String> allowed = MAY_USE.get(from);
        return from.equals(to) || allowed.contains(EVERYTHING) || allowed.contains(to);
    }

    /** The listed package that the class is in, or the nearest listed one above it; null outside the module. */
    private static @Nullable String place(JavaClass type) {
        String name = type.getPackageName();
        if (!name.equals(ROOT) && !name.startsWith(ROOT + ".")) {
            return null;
        }
        String place = name.length() == ROOT.length() ? "" : name.substring(ROOT.length() + 1);
        while (!MAY_USE.containsKey(place)) {
            int dot = place.lastIndexOf('.');
            if (dot < 0) {
                return null;
            }
            place = place.substring(0, dot);
        }
        return place;
    }
}
