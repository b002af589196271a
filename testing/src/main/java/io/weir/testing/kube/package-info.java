/**
 * A real kube-apiserver with its etcd, for the tests of any module.
 *
 * <pre>{@code
 * @KubeTest
 * class SidecarsTest {
 *
 *     @Test
 *     void a_labelled_namespace_gets_sidecars(KubeApiServer kube) {
 *         String namespace = kube.namespace("shop");
 *         kube.client().resource(books).inNamespace(namespace).create();
 *         try (KubernetesClient reader = kube.serviceAccount(namespace, "default").client()) {
 *             assertThatThrownBy(() -> reader.pods().inNamespace(namespace).list()).hasMessageContaining("forbidden");
 *         }
 *     }
 *
 *     @Test
 *     void an_outage_is_survived() {
 *         try (KubeApiServer kube = KubeApiServer.launch()) {
 *             kube.kill();
 *             kube.etcd().compact();
 *             kube.start();
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>In: the programs that {@code scripts/kube-assets} finds or builds. Out: a server, clients and kubeconfigs of any
 * user, and outages on demand. All ends with the JVM, even if that is killed.
 *
 * <p>Never here: anything of Weir. This module depends on no other, so that every module's tests can use it.
 */
@NullMarked
package io.weir.testing.kube;

import org.jspecify.annotations.NullMarked;
