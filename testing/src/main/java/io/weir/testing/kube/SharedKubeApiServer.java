package io.weir.testing.kube;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts one server for all classes of a run, when the first asks; JUnit closes it after the last. */
final class SharedKubeApiServer implements ParameterResolver {

    private static final Namespace OURS = Namespace.create(SharedKubeApiServer.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KubeApiServer.class;
    }

    @Override
    public KubeApiServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent(KubeApiServer.class, _ -> KubeApiServer.launch(), KubeApiServer.class);
    }
}
