package io.weir.controlplane.admin;

import java.io.IOException;
import java.util.Map;

/** Answers one admin request. */
@FunctionalInterface
public interface AdminRoute {

    /**
     * The answer to a request.
     *
     * @param query the first value of each query parameter
     */
    AdminAnswer answer(Map<String, String> query) throws IOException, InterruptedException;
}
