package io.weir.controlplane.identity.ca;

import io.weir.controlplane.identity.ca.RotationStep.Phase;
import io.weir.controlplane.identity.ca.store.AuthorityStore;
import io.weir.controlplane.identity.state.StateUnusable;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The authority's state as text, wherever it is kept: one text, so that every change is one atomic write. */
final class AuthorityText {

    private static final int FORMAT = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private AuthorityText() {}

    /**
     * Damaged text is refused: a new root would cut off every proxy that runs.
     *
     * @param store whose text it is, for messages
     */
    static AuthorityState parse(String text, TrustDomain expected, AuthorityStore store) throws StateUnusable {
        @Nullable Stored stored;
        try {
            stored = JSON.readValue(text, Stored.class);
        } catch (JacksonException e) {
            // The parser's message may quote the text, which holds a key.
            throw damaged(store, e.getClass().getSimpleName());
        }
        if (stored == null) {
            throw damaged(store, "it is empty");
        }
        if (stored.format() != FORMAT) {
            throw new StateUnusable(
                    store.place() + " has format " + stored.format() + ", this Weir reads " + FORMAT,
                    "use the Weir that wrote it");
        }
        if (!expected.name().equals(stored.trustDomain())) {
            throw new StateUnusable(
                    store.place() + " is of the trust domain " + stored.trustDomain() + ", not " + expected,
                    "use another place for the state, or that trust domain");
        }
        try {
            return new AuthorityState(
                    expected,
                    stored.phase(),
                    stored.since(),
                    stored.old() == null ? null : stored.old().root(),
                    stored.young().root(),
                    stored.oldUntil());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw damaged(store, e.getClass().getSimpleName());
        }
    }

    static String of(AuthorityState state) {
        Root old = state.old();
        return JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(new Stored(
                        FORMAT,
                        state.trustDomain().name(),
                        state.phase(),
                        state.since(),
                        old == null ? null : StoredRoot.of(old),
                        StoredRoot.of(state.young()),
                        state.oldUntil()));
    }

    private static StateUnusable damaged(AuthorityStore store, String what) {
        return new StateUnusable(store.place() + " is damaged (" + what + ")", store.remedy());
    }

    record Stored(
            int format,
            String trustDomain,
            Phase phase,
            Instant since,
            @Nullable StoredRoot old,
            StoredRoot young,
            @Nullable Instant oldUntil) {

        // A file may lack any field.
        Stored {
            Objects.requireNonNull(trustDomain, "trustDomain");
            Objects.requireNonNull(phase, "phase");
            Objects.requireNonNull(since, "since");
            Objects.requireNonNull(young, "young");
        }

        @Override
        public String toString() {
            return "Stored[" + phase + "]";
        }
    }

    record StoredRoot(String certificate, @Nullable String key, long longestLeafSeconds) {

        StoredRoot {
            Objects.requireNonNull(certificate, "certificate");
        }

        static StoredRoot of(Root root) {
            PrivateKey key = root.key();
            return new StoredRoot(
                    Pem.certificates(List.of(root.certificate())),
                    key == null ? null : Pem.key(key),
                    root.longestLeaf().toSeconds());
        }

        Root root() throws GeneralSecurityException {
            return Root.of(
                    Pem.certificate(certificate),
                    key == null ? null : Pem.key(key),
                    Duration.ofSeconds(longestLeafSeconds));
        }

        @Override
        public String toString() {
            return "StoredRoot[]";
        }
    }
}
