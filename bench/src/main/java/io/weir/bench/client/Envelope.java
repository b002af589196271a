package io.weir.bench.client;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A discovery response, read without its resources' contents.
 *
 * @param resources in the order sent
 * @param removed names; always empty in the state of the world
 */
record Envelope(String typeUrl, String version, String nonce, List<Resource> resources, List<String> removed) {

    /**
     * One resource.
     *
     * @param version of its own; empty in the state of the world
     * @param start where its message begins in the response's bytes
     */
    record Resource(String name, String version, int start, int length) {}

    // Field numbers: DeltaDiscoveryResponse and DiscoveryResponse agree on these.
    private static final int VERSION = 1;
    private static final int RESOURCES = 2;
    private static final int TYPE_URL = 4;
    private static final int NONCE = 5;

    private static final int DELTA_REMOVED = 6;
    private static final int DELTA_RESOURCE_VERSION = 1;
    private static final int DELTA_RESOURCE_BODY = 2;
    private static final int DELTA_RESOURCE_NAME = 3;
    private static final int ANY_VALUE = 2;

    /** Cluster, Listener, RouteConfiguration, Secret: name; ClusterLoadAssignment: cluster_name. */
    private static final int RESOURCE_NAME = 1;

    static Envelope read(Protocol protocol, byte[] message) {
        try {
            return read(protocol, message, CodedInputStream.newInstance(message));
        } catch (IOException e) {
            throw new IllegalArgumentException("not a discovery response", e);
        }
    }

    private static Envelope read(Protocol protocol, byte[] message, CodedInputStream in) throws IOException {
        String version = "";
        String typeUrl = "";
        String nonce = "";
        List<Resource> resources = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case VERSION -> version = in.readString();
                case TYPE_URL -> typeUrl = in.readString();
                case NONCE -> nonce = in.readString();
                case RESOURCES -> {
                    int end = in.pushLimit(in.readRawVarint32());
                    resources.add(protocol == Protocol.DELTA ? resource(message, in) : any(message, in));
                    in.popLimit(end);
                }
                case DELTA_REMOVED -> removed.add(in.readString());
                default -> in.skipField(tag);
            }
        }
        return new Envelope(typeUrl, version, nonce, resources, removed);
    }

    private static Resource resource(byte[] message, CodedInputStream in) throws IOException {
        String name = "";
        String version = "";
        int start = 0;
        int length = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case DELTA_RESOURCE_NAME -> name = in.readString();
                case DELTA_RESOURCE_VERSION -> version = in.readString();
                case DELTA_RESOURCE_BODY -> {
                    int end = in.pushLimit(in.readRawVarint32());
                    Resource body = any(message, in);
                    start = body.start();
                    length = body.length();
                    in.popLimit(end);
                }
                default -> in.skipField(tag);
            }
        }
        return new Resource(name, version, start, length);
    }

    private static Resource any(byte[] message, CodedInputStream in) throws IOException {
        int start = 0;
        int length = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == ANY_VALUE) {
                length = in.readRawVarint32();
                start = in.getTotalBytesRead();
                in.skipRawBytes(length);
            } else {
                in.skipField(tag);
            }
        }
        return new Resource(nameOf(message, start, length), "", start, length);
    }

    /** Serialisers write fields in order, so the name comes first. */
    private static String nameOf(byte[] message, int start, int length) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message, start, length);
        int tag = in.readTag();
        return WireFormat.getTagFieldNumber(tag) == RESOURCE_NAME ? in.readString() : "";
    }
}
