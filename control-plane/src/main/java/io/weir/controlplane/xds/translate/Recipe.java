package io.weir.controlplane.xds.translate;

import com.google.protobuf.Message;
import io.weir.controlplane.xds.resource.XdsType;

/**
 * All that one xDS resource depends on, as a record whose equality says whether it must be built again, and the pure
 * function that builds it.
 */
public interface Recipe {

    XdsType type();

    /** The resource's name. */
    String name();

    /** Builds the proto; equal recipes build equal protos. */
    Message build();
}
