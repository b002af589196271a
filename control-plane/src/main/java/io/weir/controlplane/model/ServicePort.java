package io.weir.controlplane.model;

/** A port that a Service exposes: its number, name (may be empty) and protocol. */
public record ServicePort(int port, String name, AppProtocol protocol) {}
