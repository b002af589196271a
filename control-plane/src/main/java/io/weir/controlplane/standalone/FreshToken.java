package io.weir.controlplane.standalone;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Keeps the token file of one proxy fresh: a new token at half the life of the last. On the supervisor's thread. */
final class FreshToken {

    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(2);
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final Turn turn;
    private final ProxyTokens tokens;
    private final DesiredReplica replica;
    private final EnvoyBootstrap.Files files;
    private final Supervisor.Events events;
    private boolean ended;

    FreshToken(
            Turn turn,
            ProxyTokens tokens,
            DesiredReplica replica,
            EnvoyBootstrap.Files files,
            Supervisor.Events events) {
        this.turn = turn;
        this.tokens = tokens;
        this.replica = replica;
        this.files = files;
        this.events = events;
    }

    /** Makes the first token; whoever calls writes it. */
    ProxyTokens.ProxyToken first() throws IOException {
        ProxyTokens.ProxyToken token = tokens.issue(replica);
        renewLater(token);
        return token;
    }

    void end() {
        ended = true;
    }

    private void renewLater(ProxyTokens.ProxyToken token) {
        Duration half = Duration.between(Instant.now(), token.expires()).dividedBy(2);
        // A token that is born expired must not make this a busy loop.
        Duration atLeast = half.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : half;
        turn.later(atLeast.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atLeast, this::renew);
    }

    private void renew() {
        if (ended) {
            return;
        }
        try {
            ProxyTokens.ProxyToken token = tokens.issue(replica);
            ProxyFolder.refresh(files, token);
            renewLater(token);
        } catch (IOException e) {
            events.failed("no new token for " + replica.key() + ", trying again: " + e.getMessage());
            turn.later(AFTER_A_FAILURE, this::renew);
        }
    }
}
