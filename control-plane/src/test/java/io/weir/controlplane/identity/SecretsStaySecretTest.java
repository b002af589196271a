package io.weir.controlplane.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.ServerCertificate;
import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.token.Token;
import io.weir.controlplane.identity.token.TokenIssuer;
import io.weir.controlplane.identity.token.TokenVerifier;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that a day of this package logs or can print, searched for all the keys and tokens of that day. */
class SecretsStaySecretTest {

    private static final Identity BUYER = new Identity("shop", "buyer");
    private static final WorkloadKey REPLICA = new WorkloadKey("shop", "buyer-0");
    private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9+/=_-]{24,}");

    @TempDir
    private Path temporary;

    private final SettableClock clock = SettableClock.at("2026-11-24T12:00:00Z");
    private final List<String> printed = Collections.synchronizedList(new ArrayList<>());
    private final List<String> secrets = new ArrayList<>();

    @Test
    void no_key_and_no_token_is_ever_printed() throws IOException {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        AbstractAppender log = new AbstractAppender("all", null, null, false, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                printed.add(event.getMessage().getFormattedMessage() + event.getContextData() + event.getThrown());
            }
        };
        LoggerConfig root = context.getConfiguration().getRootLogger();
        Level before = root.getLevel();
        log.start();
        root.addAppender(log, Level.ALL, null);
        root.setLevel(Level.ALL);
        context.updateLoggers();
        try {
            day();
        } finally {
            root.removeAppender(log.getName());
            root.setLevel(before);
            context.updateLoggers();
        }
        assertThat(printed).anySatisfy(line -> assertThat(line).contains("root rotation"));
        assertThat(words()).hasSizeGreaterThan(10);
        for (String word : words()) {
            assertThat(printed).noneMatch(line -> line.contains(word));
        }
    }

    private void day() throws IOException {
        StateFolder folder = StateFolder.open(temporary.resolve("state"));
        TrustDomain mesh = new TrustDomain("mesh.example");
        TokenIssuer issuer = TokenIssuer.open(folder, mesh, TokenIssuer.LIFE, clock);
        TokenVerifier verifier = TokenVerifier.open(folder, mesh, clock);
        try (CertificateAuthority authority =
                CertificateAuthority.open(folder, mesh, CertificateSettings.defaults(), clock)) {
            ChainedAuthenticator authenticator = ChainedAuthenticator.standalone(verifier, authority, _ -> null, clock);
            XdsTls tls = XdsTls.open(authority, StateFolder.open(temporary.resolve("trust")), clock);
            for (int hour = 0; hour < 50; hour++) {
                Svid svid = authority.issue(BUYER, REPLICA);
                ServerCertificate server = authority.issueXdsServer();
                Token token = issuer.issue(BUYER, "buyer-0", "uid-1");
                secrets.addAll(List.of(svid.keyPem(), token.value()));
                secrets.add(Base64.getEncoder().encodeToString(server.key().getEncoded()));
                keepSecretsOf(folder);
                for (Object value : List.of(svid, server, token, authority.status(), authority.bundle(), tls)) {
                    printed.add(value.toString());
                }
                printed.add(String.valueOf(verifier.verify(token.value())));
                printed.add(String.valueOf(verifier.verify(token.value() + "x")));
                printed.add(denial(authenticator, token.value()));
                printed.add(denial(authenticator, token.value() + "x"));
                if (hour == 3) {
                    printed.add(String.valueOf(authority.rotate()));
                }
                printed.add(String.valueOf(authority.advance(_ -> true)));
                tls.refresh();
                clock.forward(Duration.ofHours(1));
            }
        }
    }

    private void keepSecretsOf(StateFolder folder) throws IOException {
        String authority = String.valueOf(folder.read("authority.json"));
        Matcher keys = Pattern.compile("BEGIN PRIVATE KEY-----(.*?)-----END").matcher(authority);
        while (keys.find()) {
            secrets.add(keys.group(1).replace("\\n", "\n"));
        }
        secrets.add(String.valueOf(folder.read("token-key")).split("\n", -1)[0]);
    }

    private static String denial(ChainedAuthenticator authenticator, String token) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        try {
            return String.valueOf(authenticator.authenticate(headers, null));
        } catch (ProxyAuthenticator.Denied denied) {
            return denied.toString();
        }
    }

    /** Parts of secrets that are long enough to be told from chance; how all keys or all tokens begin is no secret. */
    private List<String> words() {
        return secrets.stream()
                .flatMap(secret -> Arrays.stream(secret.split("\\.", -1)).skip(secret.startsWith("ey") ? 1 : 0))
                .flatMap(part -> LONG_WORD.matcher(part).results().map(found -> found.group()))
                .map(word -> word.substring(word.length() - 24))
                .distinct()
                .toList();
    }
}
