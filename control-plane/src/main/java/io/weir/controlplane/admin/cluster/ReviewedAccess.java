package io.weir.controlplane.admin.cluster;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminServer;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in users of the cluster that its RBAC allows: {@code GET /v1/status} needs the verb {@code get} on the
 * non-resource URL {@code /weir/v1/status}, {@code POST} the verb {@code create}.
 */
public final class ReviewedAccess implements AdminServer.Access {

    private static final Logger log = LoggerFactory.getLogger(ReviewedAccess.class);
    private static final String BEARER = "Bearer ";
    private static final String ROOT = "/weir";

    private final KubernetesClient client;
    private final Set<String> open;

    /** @param open routes that need no token */
    public ReviewedAccess(KubernetesClient client, Set<String> open) {
        this.client = client;
        this.open = Set.copyOf(open);
    }

    @Override
    public @Nullable AdminAnswer refusal(String route, @Nullable String authorization) {
        if (open.contains(route)) {
            return null;
        }
        if (authorization == null || !authorization.startsWith(BEARER)) {
            return AdminAnswer.text(401, "a bearer token of a user of this cluster is needed");
        }
        try {
            UserInfo user = user(authorization.substring(BEARER.length()));
            if (user == null) {
                return AdminAnswer.text(401, "the token is not one of a user of this cluster, or has expired");
            }
            int blank = route.indexOf(' ');
            String verb = verb(route.substring(0, blank));
            String url = ROOT + route.substring(blank + 1);
            return allowed(user, verb, url)
                    ? null
                    : AdminAnswer.text(403, user.getUsername() + " may not " + verb + " the non-resource URL " + url);
        } catch (KubernetesClientException e) {
            log.warn("the API server can't say who may use the admin API: {}", e.getMessage());
            return AdminAnswer.text(503, "the API server can't say now who you are; try again");
        }
    }

    private @Nullable UserInfo user(String token) {
        TokenReview review = client.tokenReviews()
                .create(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .endSpec()
                        .build());
        return Boolean.TRUE.equals(review.getStatus().getAuthenticated())
                ? review.getStatus().getUser()
                : null;
    }

    private boolean allowed(UserInfo user, String verb, String url) {
        SubjectAccessReview review = client.authorization()
                .v1()
                .subjectAccessReview()
                .create(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(user.getUsername())
                        .withUid(user.getUid())
                        .withGroups(user.getGroups())
                        .withNewNonResourceAttributes()
                        .withVerb(verb)
                        .withPath(url)
                        .endNonResourceAttributes()
                        .endSpec()
                        .build());
        return Boolean.TRUE.equals(review.getStatus().getAllowed());
    }

    private static String verb(String method) {
        return switch (method) {
            case "GET", "HEAD" -> "get";
            case "POST" -> "create";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }
}
