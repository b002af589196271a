/**
 * The SMI types, their validation and conversion.
 *
 * <p>A module because {@link io.weir.smi.SmiObject} is sealed over types of several packages, which the language
 * allows inside a named module only. Weir runs it from the class path like everything else.
 */
module io.weir.smi {
    requires static org.jspecify;
    requires re2j;
    requires transitive com.fasterxml.jackson.annotation;
    requires transitive tools.jackson.databind;

    exports io.weir.smi;
    exports io.weir.smi.access.v1alpha1;
    exports io.weir.smi.access.v1alpha2;
    exports io.weir.smi.access.v1alpha3;
    exports io.weir.smi.convert;
    exports io.weir.smi.metrics.v1alpha1;
    exports io.weir.smi.metrics.v1alpha2;
    exports io.weir.smi.specs.v1alpha1;
    exports io.weir.smi.specs.v1alpha2;
    exports io.weir.smi.specs.v1alpha3;
    exports io.weir.smi.specs.v1alpha4;
    exports io.weir.smi.split.v1alpha1;
    exports io.weir.smi.split.v1alpha2;
    exports io.weir.smi.split.v1alpha3;
    exports io.weir.smi.split.v1alpha4;
    exports io.weir.smi.validate;
}
