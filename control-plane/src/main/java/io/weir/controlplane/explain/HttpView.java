package io.weir.controlplane.explain;

import com.google.re2j.Pattern;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.RequestMatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A request as a sidecar matches it.
 *
 * @param path normalised, without query
 * @param headers by lower-case name, repeated ones joined by a comma; {@code :authority} for the host
 */
record HttpView(String method, String path, SortedMap<String, String> headers) {

    HttpView {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    static HttpView of(Question.Request request, String normalisedPath, String authority) {
        TreeMap<String, String> headers = new TreeMap<>();
        for (Question.Header header : request.headers()) {
            String name = header.name().toLowerCase(Locale.ROOT);
            headers.merge(name.equals("host") ? ":authority" : name, header.value(), (a, b) -> a + "," + b);
        }
        headers.putIfAbsent(":authority", authority);
        return new HttpView(request.method(), normalisedPath, headers);
    }

    boolean matches(RequestMatch match) {
        return failures(match).isEmpty();
    }

    /** Every condition of the match that does not hold, in the order path, method, headers. */
    List<Failure> failures(RequestMatch match) {
        List<Failure> failures = new ArrayList<>();
        String regex = match.pathRegex();
        if (regex != null && !Pattern.matches(regex, path)) {
            failures.add(new Failure(Miss.PATH, "the path " + path + " does not match " + regex));
        }
        if (!match.methods().isEmpty() && !match.methods().contains(method)) {
            failures.add(new Failure(
                    Miss.METHOD, "the method " + method + " is not one of " + String.join(", ", match.methods())));
        }
        for (HeaderMatch header : match.headers()) {
            String value = headers.get(header.name());
            String shown = header.name().equals(":authority") ? "host" : header.name();
            if (value == null) {
                failures.add(new Failure(Miss.HEADER_MISSING, "the header " + shown + " is missing"));
            } else if (!Pattern.matches(header.regex(), value)) {
                failures.add(new Failure(
                        Miss.HEADER_VALUE, "the header " + shown + ": " + value + " does not match " + header.regex()));
            }
        }
        return failures;
    }
}
