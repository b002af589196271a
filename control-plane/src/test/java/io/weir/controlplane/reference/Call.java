package io.weir.controlplane.reference;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Something sent to a service port. It always is an HTTP request, which is only looked at where HTTP is spoken.
 *
 * @param source null: from outside the mesh, in plaintext
 * @param path normalised, without query
 * @param headers by lower-case name, repeated ones joined by a comma; the host is {@code host}
 */
public record Call(
        @Nullable Identity source,
        ServiceKey service,
        int port,
        Transport transport,
        String method,
        String path,
        SortedMap<String, String> headers) {

    public Call {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }
}
