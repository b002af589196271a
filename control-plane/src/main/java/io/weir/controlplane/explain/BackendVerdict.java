package io.weir.controlplane.explain;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * What one account behind a backend answers; a backend with several accounts has several of these.
 *
 * @param share the backend's share of the requests, above 0 to 1; the same for each of its accounts
 * @param account null where no workload is behind the backend
 */
public record BackendVerdict(
        ServiceKey service, double share, @Nullable Identity account, Verdict verdict) {

    public boolean allowed() {
        return verdict instanceof Verdict.Allowed;
    }
}
