package io.weir.controlplane.xds.translate;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.weir.controlplane.xds.resource.XdsResource;

/** Configuration of extensions that the library of Envoy's API doesn't have, or not all of. */
final class Structs {

    private Structs() {}

    /**
     * What Envoy takes as a message of that type.
     *
     * @param type with its package: {@code envoy.config.trace.v3.OpenTelemetryConfig}
     * @param json the message as JSON
     */
    static Any typed(String type, String json) {
        Struct.Builder value = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(json, value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(json, e);
        }
        return XdsResource.pack(TypedStruct.newBuilder()
                .setTypeUrl("type.googleapis.com/" + type)
                .setValue(value)
                .build());
    }
}
