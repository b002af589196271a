package io.weir.controlplane;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.weir.smi.SmiKind;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What the packages may and may not do, each rule with its reason. */
@AnalyzeClasses(packages = "io.weir.controlplane", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] PURE = {
        "io.weir.controlplane.model..",
        "io.weir.controlplane.policy..",
        "io.weir.controlplane.xds.translate..",
        "io.weir.controlplane.explain.."
    };

    @ArchTest
    static final ArchRule packages_depend_leftward_only = classes()
            .should(new Layers())
            .because("a value moves one way: source, model.build, model, policy, xds.translate, xds.cache, xds.server; "
                    + "a stage that looks back or aside can't be tested or replaced alone");

    @ArchTest
    static final ArchRule packages_have_no_cycles = slices().matching("io.weir.controlplane.(**)")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true)
            .because("in a cycle nothing can be read first");

    @ArchTest
    static final ArchRule pure_packages_touch_no_world = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.slf4j..",
                    "java.util.concurrent..",
                    "java.nio.file..",
                    "java.net..",
                    "java.util.random..",
                    "io.grpc..",
                    "org.eclipse.jetty.."))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Clock.class, Thread.class, java.util.Random.class, java.security.SecureRandom.class)
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(System.class)
            .allowEmptyShould(true)
            .because("equal input must give equal output, on every replica and in every test");

    @ArchTest
    static final ArchRule pure_packages_hold_no_mutable_state = fields().that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(PURE)
            .should()
            .beFinal()
            .allowEmptyShould(true)
            .because("a field that changes is an input nobody sees in the signature");

    @ArchTest
    static final ArchRule smi_types_end_at_the_model = noClasses()
            .that()
            .resideOutsideOfPackages("io.weir.controlplane.source..", "io.weir.controlplane.model.build..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.weir.smi..")
                    .and(not(resideInAPackage("io.weir.smi.wellknown..")))
                    .and(not(belongToAnyOf(SmiKind.class))))
            .because(
                    "routes and grants are neutral, so that another routing API can feed them; what a sidecar is called "
                            + "and where it listens is no SMI type, nor where an API server has a kind");

    @ArchTest
    static final ArchRule kubernetes_types_stay_at_the_source = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.weir.controlplane",
                    "io.weir.controlplane.admin.cluster..",
                    "io.weir.controlplane.identity.ca.secret..",
                    "io.weir.controlplane.identity.podcert..",
                    "io.weir.controlplane.identity.review..",
                    "io.weir.controlplane.identity.roots..",
                    "io.weir.controlplane.leader..",
                    "io.weir.controlplane.replicas..",
                    "io.weir.controlplane.source.kubernetes..",
                    "io.weir.controlplane.status..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.fabric8.."))
            .because("a folder feeds the same engine as a cluster; what else speaks to an API server is named here");

    @ArchTest
    static final ArchRule envoy_configuration_is_made_in_one_place = noClasses()
            .that()
            .resideOutsideOfPackages("io.weir.controlplane.xds..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.envoyproxy.envoy.."))
            .because("what Envoy is told must be found by looking in xds.translate");

    @ArchTest
    static final ArchRule the_cache_and_the_server_see_envelopes_only = noClasses()
            .that()
            .resideInAnyPackage("io.weir.controlplane.xds.cache..", "io.weir.controlplane.xds.server..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.envoyproxy.envoy..")
                    .and(not(resideInAnyPackage(
                            "io.envoyproxy.envoy.service..",
                            "io.envoyproxy.envoy.config.core.v3..",
                            "io.envoyproxy.envoy.type.v3.."))))
            .allowEmptyShould(true)
            .because("who is sent a resource is decided without looking into it");

    @ArchTest
    static final ArchRule the_xds_library_stays_behind_our_cache = noClasses()
            .that()
            .resideOutsideOfPackages("io.weir.controlplane.xds.cache..", "io.weir.controlplane.xds.server..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.envoyproxy.controlplane.."))
            .because("the library must be replaceable in one package");

    @ArchTest
    static final ArchRule grpc_stays_in_the_server = noClasses()
            .that()
            .resideOutsideOfPackage("io.weir.controlplane.xds.server..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.grpc..")
                    .and(not(belongToAnyOf(
                            Context.class, Context.Key.class, Metadata.class, Metadata.Key.class, Status.class))))
            .because("transport details end where a proxy's identity is known; what a stream belongs to, how it ends "
                    + "and which headers it came with are values");

    @ArchTest
    static final ArchRule the_librarys_own_caches_are_not_used = noClasses()
            .should()
            .dependOnClassesThat()
            .haveSimpleName("SimpleCache")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.envoyproxy.controlplane.cache.v3.Snapshot")
            .orShould()
            .callMethodWhere(DescribedPredicate.describe(
                    "VersionedResource.create(Message), without a version",
                    call -> call.getTargetOwner().getSimpleName().equals("VersionedResource")
                            && call.getName().equals("create")
                            && call.getTarget().getRawParameterTypes().size() == 1))
            .because("they copy and hash every resource of a proxy on every change, and send stale answers");

    @ArchTest
    static final ArchRule names_come_from_the_domain = noClasses()
            .should()
            .haveNameMatching("(?!.*\\.MeshService$)"
                    + ".*(Util|Utils|Helper|Manager|Handler|Impl|Base|Abstract|Data|Info|Processor|Service)")
            .orShould()
            .haveNameMatching(".*\\.Abstract[A-Z].*")
            .allowEmptyShould(true)
            .because("these words say nothing of what a class is for (MeshService is the domain's own word)")
            .as("no class name ends in a filler word");

    @ArchTest
    static final ArchRule no_optional_fields = noFields()
            .should()
            .haveRawType(Optional.class)
            .orShould()
            .haveRawType(OptionalInt.class)
            .orShould()
            .haveRawType(OptionalLong.class)
            .because("@Nullable is checked by the compiler and needs no second null");

    @ArchTest
    static final ArchRule no_optional_parameters = noCodeUnits()
            .should()
            .haveRawParameterTypes(DescribedPredicate.describe(
                    "an Optional", types -> types.stream().anyMatch(type -> type.isEquivalentTo(Optional.class))))
            .because("@Nullable is checked by the compiler and needs no second null");

    @ArchTest
    static final ArchRule nobody_sleeps = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "Thread.sleep",
                    call -> call.getTargetOwner().isEquivalentTo(Thread.class)
                            && call.getName().equals("sleep")))
            .because("a wait names what it waits for, so that it ends at once when that happens");

    @ArchTest
    static final ArchRule nothing_prints = noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("the command line prints; the control plane logs");

    @ArchTest
    static final ArchRule dates_are_java_time = noClasses()
            .that()
            .resideOutsideOfPackage("io.weir.controlplane.identity..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(java.util.Date.class)
            .because("java.util.Date changes under its readers; only the certificate library asks for it");

    @ArchTest
    static final ArchRule locks_live_where_threads_meet = methods()
            .that()
            .areDeclaredInClassesThat(resideInAnyPackage(PURE))
            .should()
            .notHaveModifier(JavaModifier.SYNCHRONIZED)
            .allowEmptyShould(true)
            .because("values need no lock");

    @ArchTest
    static final ArchRule packages_are_null_marked = classes()
            .should(new NullMarkedPackage())
            .because("NullAway reads marked packages only, and each package says what goes in and out");

    @ArchTest
    static final ArchRule packages_show_few_types = classes()
            .that(DescribedPredicate.<JavaClass>describe(
                    "are public and top-level",
                    type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass()))
            .should(new FewPublicTypes())
            .because("what a package shows is what a reader must learn before using it");

    @ArchTest
    static final ArchRule classes_are_final_or_sealed = classes()
            .that()
            .areTopLevelClasses()
            .and(DescribedPredicate.describe(
                    "are plain classes", type -> !type.isInterface() && !type.isEnum() && !type.isRecord()))
            .and()
            .doNotHaveSimpleName("package-info")
            .should(new FinalOrSealed())
            .because("nothing here is made to be inherited from");

    @ArchTest
    static final ArchRule failures_have_names = codeUnits()
            .that()
            .areDeclaredInClassesThat(not(resideInAnyPackage("io.weir.controlplane", "io.weir.controlplane.admin..")))
            .should(new NoGenericThrows())
            .because("`throws Exception` hides which failure the caller should be ready for; the wiring starts and"
                    + " closes parts that say no more");
}
