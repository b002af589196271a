package io.weir.smi.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.RandomObjects;
import io.weir.smi.SmiKind;
import io.weir.smi.validate.Validation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** What holds of every object: a failure names the seed that makes it again. */
final class ConversionPropertyTest {

    private static final int SEEDS = 3000;

    @ParameterizedTest
    @EnumSource(SmiKind.class)
    void from_the_hub_to_any_version_and_back_is_the_identity(SmiKind kind) {
        for (String version : kind.versions()) {
            for (int seed = 0; seed < SEEDS; seed++) {
                ObjectNode hub = new RandomObjects(seed).of(kind, kind.hubVersion());
                ObjectNode old = convert(hub, kind, version);
                assertThat(convert(old, kind, kind.hubVersion()))
                        .as("%s %s seed %d", kind, version, seed)
                        .isEqualTo(hub);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SmiKind.class)
    void from_any_version_to_the_hub_and_back_is_the_identity(SmiKind kind) {
        for (String version : kind.versions()) {
            for (int seed = 0; seed < SEEDS; seed++) {
                ObjectNode old = new RandomObjects(seed).of(kind, version);
                ObjectNode hub = convert(old, kind, kind.hubVersion());
                assertThat(convert(hub, kind, version))
                        .as("%s %s seed %d", kind, version, seed)
                        .isEqualTo(old);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SmiKind.class)
    void through_two_old_versions_nothing_is_lost_either(SmiKind kind) {
        for (String one : kind.versions()) {
            for (String other : kind.versions()) {
                for (int seed = 0; seed < SEEDS / 10; seed++) {
                    ObjectNode hub = new RandomObjects(seed).of(kind, kind.hubVersion());
                    ObjectNode through = convert(convert(hub, kind, one), kind, other);
                    assertThat(convert(through, kind, kind.hubVersion()))
                            .as("%s %s %s seed %d", kind, one, other, seed)
                            .isEqualTo(hub);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SmiKind.class)
    void a_conversion_keeps_objects_valid_and_the_original_unchanged(SmiKind kind) {
        for (String version : kind.versions()) {
            for (int seed = 0; seed < SEEDS / 10; seed++) {
                ObjectNode hub = new RandomObjects(seed).of(kind, kind.hubVersion());
                ObjectNode copy = hub.deepCopy();
                ObjectNode old = convert(hub, kind, version);

                assertThat(hub).isEqualTo(copy);
                assertThat(Validation.validate(old))
                        .as("%s %s seed %d: %s", kind, version, seed, old)
                        .noneMatch(Validation::isFatal);
                assertThat(old.get("apiVersion").stringValue()).isEqualTo(kind.group() + "/" + version);
                assertThat(old.get("metadata").get("name"))
                        .isEqualTo(hub.get("metadata").get("name"));
            }
        }
    }

    private static ObjectNode convert(ObjectNode object, SmiKind kind, String version) {
        return Conversion.convert(object, kind.group() + "/" + version);
    }
}
