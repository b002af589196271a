package io.weir.telemetry.apiserver;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the API server whether a user may. Safe for use by many threads; a review blocks its thread. */
public final class AccessReviews implements Authorization {

    private static final Logger LOG = LoggerFactory.getLogger(AccessReviews.class);

    /** How long an answer counts: somebody who loses a right keeps it for as long. */
    static final Duration LIFE = Duration.ofSeconds(10);

    static final int MOST = 1_000;

    /** Who may do everything, also when nobody can be asked: as them the API server looks whether this API is there. */
    private static final String MASTERS = "system:masters";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Map<Question, Answer> answers = new LinkedHashMap<>();

    private record Question(Caller caller, ReviewedAction action) {}

    private record Answer(Decision decision, Instant until) {}

    private AccessReviews(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** @param client stays its owner's, and must be open for as long as is asked */
    public static AccessReviews of(KubernetesClient client, InstantSource clock) {
        return new AccessReviews(ApiServer.once(client, PATIENCE), clock);
    }

    @Override
    public Decision decide(Caller caller, ReviewedAction action) {
        if (caller.groups().contains(MASTERS)) {
            return Decision.ALLOWED;
        }
        Question question = new Question(caller, action);
        Decision known = known(question, clock.instant());
        if (known != null) {
            return known;
        }
        Decision decision = ask(question);
        if (decision != Decision.UNDECIDED) {
            keep(question, new Answer(decision, clock.instant().plus(LIFE)));
        }
        return decision;
    }

    private synchronized @Nullable Decision known(Question question, Instant now) {
        Answer answer = answers.get(question);
        return answer != null && now.isBefore(answer.until()) ? answer.decision() : null;
    }

    private synchronized void keep(Question question, Answer answer) {
        answers.remove(question);
        answers.put(question, answer);
        if (answers.size() > MOST) {
            // The oldest: all live equally long.
            answers.remove(answers.keySet().iterator().next());
        }
    }

    private Decision ask(Question question) {
        try {
            SubjectAccessReview review =
                    client.authorization().v1().subjectAccessReview().create(review(question));
            boolean allowed = review.getStatus() != null
                    && Boolean.TRUE.equals(review.getStatus().getAllowed());
            return allowed ? Decision.ALLOWED : Decision.DENIED;
        } catch (KubernetesClientException e) {
            LOG.warn("whether {} may can't be asked: {}", question.caller().name(), e.getMessage());
            return Decision.UNDECIDED;
        }
    }

    private static SubjectAccessReview review(Question question) {
        Caller caller = question.caller();
        SubjectAccessReviewSpecBuilder spec = new SubjectAccessReviewSpecBuilder()
                .withUser(caller.name())
                .withUid(caller.uid())
                .withGroups(caller.groups())
                .withExtra(caller.extra());
        switch (question.action()) {
            case ReviewedAction.OnPath(String verb, String path) -> spec.withNewNonResourceAttributes(path, verb);
            case ReviewedAction.OnResource on ->
                spec.withNewResourceAttributes()
                        .withVerb(on.verb())
                        .withGroup(on.group())
                        .withVersion(on.version())
                        .withNamespace(on.namespace())
                        .withResource(on.resource())
                        .withSubresource(on.subresource())
                        .withName(on.name())
                        .endResourceAttributes();
        }
        return new SubjectAccessReviewBuilder().withSpec(spec.build()).build();
    }
}
