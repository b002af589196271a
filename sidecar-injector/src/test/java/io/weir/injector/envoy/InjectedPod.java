package io.weir.injector.envoy;

import io.weir.injector.golden.GoldenCase;
import io.weir.injector.inject.Injection;
import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.NamespaceView;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Pods of these tests: one container, with what the test is about. */
final class InjectedPod {

    private static final YAMLMapper YAML = new YAMLMapper();

    private InjectedPod() {}

    static ObjectNode of(String manifest) {
        ObjectNode pod = (ObjectNode) YAML.readTree(manifest);
        Injection injection =
                Injection.of(NamespaceView.enabled("shop"), pod, GoldenCase.settings(YAML.createObjectNode()));
        if (!(injection.decision() instanceof Inject)) {
            throw new IllegalArgumentException(injection.decision().toString());
        }
        return injection.after();
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
