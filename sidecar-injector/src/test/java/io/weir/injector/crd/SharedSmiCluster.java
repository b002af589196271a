package io.weir.injector.crd;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts one cluster for all classes of a run, when the first asks; JUnit closes it after the last. */
final class SharedSmiCluster implements ParameterResolver {

    private static final Namespace OURS = Namespace.create(SharedSmiCluster.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SmiCluster.class;
    }

    @Override
    public SmiCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent(SmiCluster.class, _ -> SmiCluster.ready(), SmiCluster.class);
    }
}
