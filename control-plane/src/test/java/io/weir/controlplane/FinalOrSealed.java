package io.weir.controlplane;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** The class is final, or sealed (which byte code shows as abstract with permitted subclasses). */
final class FinalOrSealed extends ArchCondition<JavaClass> {

    FinalOrSealed() {
        super("be final or sealed");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        if (!type.getModifiers().contains(JavaModifier.FINAL) && !type.reflect().isSealed()) {
            events.add(SimpleConditionEvent.violated(type, type.getName() + " is neither final nor sealed"));
        }
    }
}
