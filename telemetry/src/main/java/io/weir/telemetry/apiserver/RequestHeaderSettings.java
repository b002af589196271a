package io.weir.telemetry.apiserver;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a cluster's API server says for whom it asks, from the ConfigMap extension-apiserver-authentication that it writes.
 *
 * @param authorities who signs the certificates of front proxies; none: nobody is believed
 * @param allowedNames common names that such a certificate may have; none: any
 * @param userHeaders the first that is there has the name
 * @param uidHeaders the first that is there has the uid
 * @param groupHeaders all have groups
 * @param extraPrefixes of headers that have more
 */
record RequestHeaderSettings(
        List<X509Certificate> authorities,
        List<String> allowedNames,
        List<String> userHeaders,
        List<String> uidHeaders,
        List<String> groupHeaders,
        List<String> extraPrefixes) {

    /** By which nobody is believed. */
    static final RequestHeaderSettings NOBODY =
            new RequestHeaderSettings(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    private static final JsonMapper JSON = JsonMapper.builder().build();

    RequestHeaderSettings {
        authorities = List.copyOf(authorities);
        allowedNames = List.copyOf(allowedNames);
        userHeaders = List.copyOf(userHeaders);
        uidHeaders = List.copyOf(uidHeaders);
        groupHeaders = List.copyOf(groupHeaders);
        extraPrefixes = List.copyOf(extraPrefixes);
    }

    /**
     * From the ConfigMap's data.
     *
     * @throws IllegalArgumentException if a part of it can't be read: to go on with less would be to believe more
     */
    static RequestHeaderSettings read(Map<String, String> data) {
        return new RequestHeaderSettings(
                certificates(data.getOrDefault("requestheader-client-ca-file", "")),
                names(data, "requestheader-allowed-names"),
                names(data, "requestheader-username-headers"),
                names(data, "requestheader-uid-headers"),
                names(data, "requestheader-group-headers"),
                names(data, "requestheader-extra-headers-prefix"));
    }

    private static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .forEach(certificate -> certificates.add((X509Certificate) certificate));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("requestheader-client-ca-file: " + e.getMessage(), e);
        }
        return certificates;
    }

    private static List<String> names(Map<String, String> data, String key) {
        List<String> names = new ArrayList<>();
        try {
            JsonNode list = JSON.readTree(data.getOrDefault(key, "[]"));
            if (!list.isArray() || list.valueStream().anyMatch(name -> !name.isString())) {
                throw new IllegalArgumentException(key + " is no list of texts");
            }
            list.forEach(name -> names.add(name.stringValue()));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(key + ": " + e.getOriginalMessage(), e);
        }
        return names;
    }
}
