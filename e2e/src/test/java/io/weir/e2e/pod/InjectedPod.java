package io.weir.e2e.pod;

import io.weir.injector.bootstrap.Credential;
import io.weir.injector.inject.Injection;
import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.NamespaceView;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Pods of these tests: one container, with what the test is about. */
final class InjectedPod {

    private static final YAMLMapper YAML = new YAMLMapper();

    private InjectedPod() {}

    static ObjectNode of(String manifest) {
        Injection injection = injection(manifest);
        if (!(injection.decision() instanceof Inject)) {
            throw new IllegalArgumentException(injection.decision().toString());
        }
        return injection.after();
    }

    static Injection injection(String manifest) {
        return injection(manifest, Credential.TOKEN);
    }

    static Injection injection(String manifest, Credential credential) {
        String xds = InjectionSettings.Mesh.xdsHost("weir-system", "cluster.local");
        InjectionSettings settings = new InjectionSettings(
                "0.1.0",
                new InjectionSettings.Mesh("cluster.local", "weir-system", xds, false, true),
                new InjectionSettings.Images("envoyproxy/envoy:v1.40.0", "weir/init"),
                true,
                credential,
                InjectionSettings.Resources.usual());
        return Injection.of(NamespaceView.enabled("shop"), (ObjectNode) YAML.readTree(manifest), settings);
    }

    /** @param probe as {@code httpGet: {path: /, port: 80}}, checked every second */
    static ObjectNode probed(String probe) {
        return of("""
                metadata: {name: web}
                spec:
                  containers:
                  - name: web
                    image: shop/web
                    readinessProbe: {periodSeconds: 1, %s}
                """.formatted(probe));
    }
}
