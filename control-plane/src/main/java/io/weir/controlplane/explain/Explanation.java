package io.weir.controlplane.explain;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServicePortKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a request.
 *
 * @param protocol what the service port speaks
 * @param route the object whose rule the request follows
 * @param allowed every backend with a share allows it
 * @param status what the caller sees; null where backends differ, and for TCP and UDP
 * @param by all that allows it, over all backends
 * @param backends in the order of the rule, then by account
 * @param mode the destination's
 * @param reason one sentence for people
 */
public record Explanation(
        ServicePortKey target,
        AppProtocol protocol,
        ObjectRef route,
        boolean allowed,
        @Nullable Integer status,
        List<Allowance> by,
        List<BackendVerdict> backends,
        Mode mode,
        String reason)
        implements Answer {

    public Explanation {
        by = List.copyOf(by);
        backends = List.copyOf(backends);
    }
}
