package io.weir.controlplane.xds.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request.
 *
 * @param authority the Host header or {@code :authority}
 * @param path as sent, with its query
 * @param headers in the order sent; a name may repeat
 */
public record Call(String authority, String method, String path, List<Header> headers) {

    /** One header line. */
    public record Header(String name, String value) {}

    public Call {
        headers = List.copyOf(headers);
    }

    public static Call get(String path) {
        return new Call("any.host", "GET", path, List.of());
    }

    public Call method(String changed) {
        return new Call(authority, changed, path, headers);
    }

    public Call authority(String changed) {
        return new Call(changed, method, path, headers);
    }

    public Call header(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Call(authority, method, path, more);
    }

    Call path(String changed) {
        return new Call(authority, method, changed, headers);
    }

    /** The header's value, lines of one name joined by commas; null where absent. */
    @Nullable
    String header(String name) {
        return switch (name) {
            case ":method" -> method;
            case ":authority" -> authority;
            default -> joined(name);
        };
    }

    private @Nullable String joined(String name) {
        List<String> values = headers.stream()
                .filter(header -> header.name().toLowerCase(Locale.ROOT).equals(name))
                .map(Header::value)
                .toList();
        return values.isEmpty() ? null : String.join(",", values);
    }
}
