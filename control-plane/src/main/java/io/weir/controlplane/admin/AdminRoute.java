package io.weir.controlplane.admin;

import java.io.IOException;

/** Answers one admin request. */
@FunctionalInterface
public interface AdminRoute {

    AdminAnswer answer(AdminRequest request) throws IOException, InterruptedException;
}
