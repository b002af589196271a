package io.weir.injector.smi;

import io.weir.smi.SmiKind;
import tools.jackson.databind.JsonNode;

/** Reading of trees that anybody may have written. */
final class Trees {

    private Trees() {}

    /** Empty where there is no such text. */
    static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isString() ? value.stringValue() : "";
    }

    /** Whether both the object's version and the wanted one were released, for the same kind. */
    static boolean isReleased(JsonNode object, String toApiVersion) {
        String kindName = text(object, "kind");
        SmiKind kind = SmiKind.of(text(object, "apiVersion"), kindName);
        return kind != null && SmiKind.of(toApiVersion, kindName) == kind;
    }
}
