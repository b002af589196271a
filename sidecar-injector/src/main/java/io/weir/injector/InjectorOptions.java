package io.weir.injector;

import io.weir.injector.inject.InjectionSettings;
import java.net.InetSocketAddress;

/**
 * How to run one replica of the injector.
 *
 * @param namespace Weir's own, where the Service {@code weir-injector} and its Secret are
 * @param webhooks where the API server calls, with TLS; port 0 takes a free one
 * @param admin where health and metrics are, without TLS; port 0 takes a free one
 * @param settings of sidecars
 */
public record InjectorOptions(
        String namespace, InetSocketAddress webhooks, InetSocketAddress admin, InjectionSettings settings) {}
