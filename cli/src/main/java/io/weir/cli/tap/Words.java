package io.weir.cli.tap;

import io.weir.telemetry.tap.TappedRequest;
import io.weir.telemetry.tap.TappedRequest.Direction;
import io.weir.telemetry.tap.TappedRequest.End;

/** Parts of requests in cells of tables. */
final class Words {

    private Words() {}

    static String direction(Direction direction) {
        return direction == Direction.INBOUND ? "in" : "out";
    }

    /** What it is called: its workload, else its account, else its address. */
    static String end(End end) {
        if (!end.workload().isEmpty()) {
            return end.namespace() + "/" + end.workload();
        }
        if (!end.serviceAccount().isEmpty()) {
            return end.namespace() + "/" + end.serviceAccount();
        }
        return end.address().isEmpty() ? "-" : end.address();
    }

    static String method(TappedRequest request) {
        return request.method().isEmpty() ? "-" : request.method();
    }

    /** Callers write paths: what would move the cursor is not printed. */
    static String path(TappedRequest request) {
        return request.path().replaceAll("\\p{Cntrl}", "?");
    }
}
