package io.weir.controlplane;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** At most eight public top-level types in a package, the vocabulary packages apart. */
final class FewPublicTypes extends ArchCondition<JavaClass> {

    private static final int MOST = 8;

    /** Packages that are a vocabulary: each type is one noun, and reading one does not need the others. */
    private static final List<String> VOCABULARIES = List.of("io.weir.controlplane.model");

    private final Map<String, List<String>> byPackage = new TreeMap<>();

    FewPublicTypes() {
        super("be at most " + MOST + " in their package");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        byPackage.computeIfAbsent(type.getPackageName(), _ -> new ArrayList<>()).add(type.getSimpleName());
    }

    @Override
    public void finish(ConditionEvents events) {
        byPackage.forEach((name, types) -> {
            if (types.size() > MOST && !VOCABULARIES.contains(name)) {
                events.add(SimpleConditionEvent.violated(name, name + " shows " + types.size() + " types: " + types));
            }
        });
    }
}
