package io.weir.injector;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

/** What the packages may and may not do, each rule with its reason. */
@AnalyzeClasses(packages = "io.weir.injector", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] PURE = {
        "io.weir.injector.template..",
        "io.weir.injector.bootstrap..",
        "io.weir.injector.inject..",
        "io.weir.injector.manifest.."
    };

    @ArchTest
    static final ArchRule packages_have_no_cycles = slices().matching("io.weir.injector.(**)")
            .should()
            .beFreeOfCycles()
            .because("in a cycle nothing can be read first");

    @ArchTest
    static final ArchRule pure_packages_touch_no_world = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.slf4j..",
                    "java.util.concurrent..",
                    "java.util.random..",
                    "java.nio.file..",
                    "java.net.http..",
                    "io.fabric8.kubernetes..",
                    "org.eclipse.jetty.."))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Clock.class, Thread.class, java.util.Random.class, java.security.SecureRandom.class)
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(System.class)
            .because("equal pods must get equal sidecars, from every replica and offline");

    @ArchTest
    static final ArchRule pure_packages_hold_no_mutable_state = fields().that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(PURE)
            .should()
            .beFinal()
            .because("a field that changes is an input nobody sees in the signature");

    @ArchTest
    static final ArchRule the_injector_knows_no_control_plane = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.weir.controlplane.."))
            .because("what both must agree on is in io.weir.smi.wellknown");

    @ArchTest
    static final ArchRule nobody_sleeps = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "Thread.sleep",
                    call -> call.getTargetOwner().isEquivalentTo(Thread.class)
                            && call.getName().equals("sleep")))
            .because("a wait names what it waits for, so that it ends at once when that happens");

    @ArchTest
    static final ArchRule names_come_from_the_domain = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Handler|Impl|Base|Abstract|Data|Info|Processor|Service)")
            .because("these words say nothing of what a class is for");

    @ArchTest
    static final ArchRule packages_are_null_marked = classes()
            .should(new ArchCondition<JavaClass>("be in a package marked @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                        events.add(SimpleConditionEvent.violated(type, type.getPackageName() + " is not marked"));
                    }
                }
            })
            .because("NullAway reads marked packages only, and each package says what goes in and out");
}
