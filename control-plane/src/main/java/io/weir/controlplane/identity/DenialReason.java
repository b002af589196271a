package io.weir.controlplane.identity;

import io.grpc.Status;

/** Why a connection proves no identity. A closed set: it is also a metric's label. */
public enum DenialReason {
    NO_CREDENTIAL("neither a bearer token nor a client certificate was given", Status.Code.UNAUTHENTICATED),
    AMBIGUOUS_CREDENTIAL("more than one authorization header was given", Status.Code.UNAUTHENTICATED),
    NOT_BEARER("the authorization header holds no bearer token", Status.Code.UNAUTHENTICATED),
    TOKEN_MALFORMED("the token can't be read", Status.Code.UNAUTHENTICATED),
    TOKEN_OF_OTHER_KEY("the token was not made with this mesh's token key", Status.Code.UNAUTHENTICATED),
    TOKEN_BAD_SIGNATURE("the token's signature is wrong", Status.Code.UNAUTHENTICATED),
    TOKEN_WRONG_ISSUER("the token is of another trust domain", Status.Code.UNAUTHENTICATED),
    TOKEN_WRONG_AUDIENCE("the token is not meant for the xDS port", Status.Code.UNAUTHENTICATED),
    TOKEN_EXPIRED("the token has expired", Status.Code.UNAUTHENTICATED),
    TOKEN_BAD_LIFETIME("the token is not valid yet, or for too long", Status.Code.UNAUTHENTICATED),
    TOKEN_NOT_ACCEPTED(
            "the API server does not accept the token: another cluster's, or its pod or account is gone",
            Status.Code.UNAUTHENTICATED),
    TOKEN_NOT_OF_ACCOUNT("the token is not a service account's", Status.Code.UNAUTHENTICATED),
    TOKEN_NOT_BOUND("the token is not bound to a pod", Status.Code.UNAUTHENTICATED),
    TOKEN_UNREVIEWED("the API server can't be asked about the token now; come again", Status.Code.UNAVAILABLE),
    CERTIFICATE_UNTRUSTED(
            "the client certificate leads to no root of this mesh, or is not valid now", Status.Code.UNAUTHENTICATED),
    CERTIFICATE_IS_AUTHORITY("the client certificate is an authority's", Status.Code.UNAUTHENTICATED),
    CERTIFICATE_WRONG_USAGE("the client certificate is not meant for clients", Status.Code.UNAUTHENTICATED),
    CERTIFICATE_NAMES(
            "the client certificate does not name exactly one workload identity of this trust domain",
            Status.Code.UNAUTHENTICATED),
    CERTIFICATE_NOT_OF_POD(
            "the client certificate does not say which pod it was made for", Status.Code.UNAUTHENTICATED),
    POD_NOT_KNOWN_YET("the mesh does not know this pod, or not yet; come again", Status.Code.UNAVAILABLE),
    UNKNOWN_WORKLOAD("the mesh has no such workload", Status.Code.PERMISSION_DENIED),
    WORKLOAD_NOT_MESHED("the workload has no sidecar", Status.Code.PERMISSION_DENIED),
    NOT_WEIRS_OWN("only a program of Weir's own may call this", Status.Code.PERMISSION_DENIED),
    OTHER_SERVICE_ACCOUNT("the workload runs under another service account", Status.Code.PERMISSION_DENIED),
    OTHER_UID("the workload was replaced by another of the same name", Status.Code.PERMISSION_DENIED);

    private final String message;
    private final Status.Code status;

    DenialReason(String message, Status.Code status) {
        this.message = message;
        this.status = status;
    }

    /** For the peer and the log; names nothing that the peer sent. */
    public String message() {
        return message;
    }

    /**
     * UNAUTHENTICATED if nothing is proven; PERMISSION_DENIED if what is proven may not connect; UNAVAILABLE if that can't be
     * known now, and the same credential may do in a moment.
     */
    public Status.Code status() {
        return status;
    }
}
