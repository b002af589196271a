package io.weir.testing.kube;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of tests that need a kube-apiserver; {@code make test} runs them, {@code make check} does not. A parameter of
 * type {@link KubeApiServer}, of a test, a constructor or a {@code @BeforeAll} method, is given the one that all
 * classes of the JVM share: each makes namespaces of its own there and leaves the server running.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kube")
@ExtendWith(SharedKubeApiServer.class)
public @interface KubeTest {}
