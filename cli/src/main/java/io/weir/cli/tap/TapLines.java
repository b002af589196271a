package io.weir.cli.tap;

import io.weir.cli.output.Style;
import io.weir.cli.stat.Numbers;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.tap.TappedRequest;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A request a line. Columns keep the widths that they have in the head, as far as what is in them lets them. */
public record TapLines(Style style) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
    private static final String FORMAT = "%-12s  %-3s  %-26s  %-26s  %-7s  %4s  %7s  %6s  %6s  %s";

    /** Above the lines; times are UTC. */
    public String head() {
        return String.format(
                Locale.ROOT,
                FORMAT,
                "TIME",
                "DIR",
                "SOURCE",
                "DESTINATION",
                "METHOD",
                "CODE",
                "TIME",
                "SENT",
                "RECVD",
                "PATH");
    }

    public String line(TappedRequest request) {
        String line = String.format(
                Locale.ROOT,
                FORMAT,
                TIME.format(request.time()),
                Words.direction(request.direction()),
                Words.end(request.source()),
                Words.end(request.destination()),
                Words.method(request),
                request.code() == 0 ? "-" : Integer.toString(request.code()),
                Numbers.millis(request.durationMs()),
                Numbers.bytes((double) request.requestBytes()),
                Numbers.bytes((double) request.responseBytes()),
                Words.path(request) + why(request));
        return request.outcome().success() ? line : style.bad(line);
    }

    /** What the code alone doesn't tell. */
    private static String why(TappedRequest request) {
        List<String> why = new ArrayList<>();
        if (request.grpcStatus() != Outcome.NOT_GRPC) {
            why.add("grpc " + request.grpcStatus());
        }
        why.addAll(request.flags());
        if (!request.details().isEmpty() && !request.details().equals("via_upstream")) {
            why.add(request.details().replaceAll("\\p{Cntrl}", "?"));
        }
        return why.isEmpty() ? "" : " [" + String.join(", ", why) + "]";
    }
}
