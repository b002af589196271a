package io.weir.controlplane;

import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** No method declares {@code throws Exception} or {@code throws Throwable}. */
final class NoGenericThrows extends ArchCondition<JavaCodeUnit> {

    NoGenericThrows() {
        super("not throw Exception or Throwable");
    }

    @Override
    public void check(JavaCodeUnit unit, ConditionEvents events) {
        unit.getExceptionTypes().stream()
                .filter(type -> type.isEquivalentTo(Exception.class) || type.isEquivalentTo(Throwable.class))
                .forEach(type -> events.add(
                        SimpleConditionEvent.violated(unit, unit.getFullName() + " throws " + type.getSimpleName())));
    }
}
