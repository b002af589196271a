package io.weir.injector.bootstrap;

/** Where the app shows its metrics. */
public record AppMetrics(int port, String path, boolean tls) {}
