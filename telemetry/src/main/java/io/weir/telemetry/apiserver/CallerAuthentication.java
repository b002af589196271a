package io.weir.telemetry.apiserver;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Tells who asks: by headers, which count only beside the certificate of a front proxy. */
final class CallerAuthentication {

    private static final String ANONYMOUS = "system:anonymous";
    private static final String AUTHENTICATED = "system:authenticated";
    private static final String UNAUTHENTICATED = "system:unauthenticated";

    private final RequestHeaderSettings settings;
    private final @Nullable X509TrustManager frontProxies;

    private CallerAuthentication(RequestHeaderSettings settings, @Nullable X509TrustManager frontProxies) {
        this.settings = settings;
        this.frontProxies = frontProxies;
    }

    static CallerAuthentication of(RequestHeaderSettings settings) {
        // A trust store without anchors can't be asked anything.
        return new CallerAuthentication(
                settings, settings.authorities().isEmpty() ? null : trusting(settings.authorities()));
    }

    private static X509TrustManager trusting(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    return trust;
                }
            }
            throw new IllegalStateException("this JDK judges no certificates");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK judges no certificates", e);
        }
    }

    /**
     * Who asks; null if nobody can be believed.
     *
     * @param shown the certificates of the connection, the caller's own first; empty if none were shown
     * @param headers by lower-case name
     */
    @Nullable
    Caller caller(List<X509Certificate> shown, Map<String, List<String>> headers) {
        if (!isFrontProxy(shown)) {
            return null;
        }
        String name = first(settings.userHeaders(), headers);
        return name.isEmpty()
                ? null
                : new Caller(
                        name,
                        first(settings.uidHeaders(), headers),
                        withAuthenticated(name, groups(headers)),
                        extra(headers));
    }

    private boolean isFrontProxy(List<X509Certificate> shown) {
        if (frontProxies == null || shown.isEmpty()) {
            return false;
        }
        try {
            X509Certificate leaf = shown.getFirst();
            frontProxies.checkClientTrusted(
                    shown.toArray(X509Certificate[]::new), leaf.getPublicKey().getAlgorithm());
            // Of the leaf alone: names of authorities above it are anybody's choice.
            return settings.allowedNames().isEmpty() || settings.allowedNames().contains(commonName(leaf));
        } catch (CertificateException _) {
            return false;
        }
    }

    /** Empty unless there is exactly one. */
    private static String commonName(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                Attribute name = part.toAttributes().get("cn");
                if (name != null && name.get() instanceof String text) {
                    names.add(text);
                }
            }
        } catch (InvalidNameException e) {
            return "";
        } catch (NamingException e) {
            throw new IllegalStateException("a name has no values", e);
        }
        return names.size() == 1 ? names.getFirst() : "";
    }

    private static String first(List<String> names, Map<String, List<String>> headers) {
        return names.stream()
                .flatMap(name -> values(name, headers).stream())
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    private List<String> groups(Map<String, List<String>> headers) {
        return settings.groupHeaders().stream()
                .flatMap(name -> values(name, headers).stream())
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
    }

    /**
     * As every API server of Kubernetes does. Its aggregator names no group where it asks for itself, as for discovery, and
     * without one it would be denied what all that are known may have.
     */
    private static List<String> withAuthenticated(String name, List<String> groups) {
        if (name.equals(ANONYMOUS) || groups.contains(AUTHENTICATED) || groups.contains(UNAUTHENTICATED)) {
            return groups;
        }
        List<String> all = new ArrayList<>(groups);
        all.add(AUTHENTICATED);
        return all;
    }

    private static List<String> values(String name, Map<String, List<String>> headers) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    private SortedMap<String, List<String>> extra(Map<String, List<String>> headers) {
        TreeMap<String, List<String>> extra = new TreeMap<>();
        for (String written : settings.extraPrefixes()) {
            String prefix = written.toLowerCase(Locale.ROOT);
            headers.forEach((name, values) -> {
                if (!prefix.isEmpty() && name.startsWith(prefix) && name.length() > prefix.length()) {
                    extra.put(unescaped(name.substring(prefix.length())), List.copyOf(values));
                }
            });
        }
        return extra;
    }

    /** The API server escapes what a header's name can't have; a name that is no such text it means as it is. */
    private static String unescaped(String key) {
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return key;
        }
    }
}
