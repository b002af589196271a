package io.weir.controlplane.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One xDS resource, packed and ready to send.
 *
 * @param version the first 16 hex digits of the SHA-256 of the deterministic bytes: equal content has an equal version
 *     in every JVM, so a proxy that reconnects to another replica is sent nothing twice
 */
public record XdsResource(XdsType type, String name, String version, Any body) {

    /** Packs a message deterministically. Nested Anys must be packed with {@link #pack} as well. */
    public static XdsResource of(XdsType type, String name, Message message) {
        Any body = pack(message);
        return new XdsResource(type, name, version(body.getValue()), body);
    }

    /** {@link Any#pack} with map entries in a fixed order. */
    public static Any pack(Message message) {
        return Any.newBuilder()
                .setTypeUrl(
                        "type.googleapis.com/" + message.getDescriptorForType().getFullName())
                .setValue(deterministicBytes(message))
                .build();
    }

    private static ByteString deterministicBytes(Message message) {
        byte[] bytes = new byte[message.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to an array", e);
        }
        return ByteString.copyFrom(bytes);
    }

    private static String version(ByteString bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.asReadOnlyByteBuffer());
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Type, name and version; never the body, which may hold a key. */
    @Override
    public String toString() {
        return type + " " + name + "@" + version;
    }
}
