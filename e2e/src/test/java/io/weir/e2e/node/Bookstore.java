package io.weir.e2e.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example of examples/kubernetes/bookstore, in two namespaces of its own. */
record Bookstore(TestNamespace shop, TestNamespace customers) implements AutoCloseable {

    private static final Path EXAMPLE = Program.root().resolve("examples/kubernetes/bookstore");

    /** As its README says: namespaces first, then all the rest; returns once every pod is ready. */
    static Bookstore start() {
        Bookstore bookstore = new Bookstore(TestNamespace.plain("shop"), TestNamespace.plain("customers"));
        bookstore.apply("namespaces.yaml");
        for (String file : new String[] {"inventory", "bookstore", "customers", "traffic-split", "traffic-targets"}) {
            bookstore.apply(file + ".yaml");
        }
        bookstore.shop.awaitRollout("deploy/inventory", "deploy/bookstore-v1", "deploy/bookstore-v2");
        bookstore.customers.awaitRollout("deploy/bookbuyer", "deploy/bookthief");
        return bookstore;
    }

    private void apply(String file) {
        try {
            String example = Files.readString(EXAMPLE.resolve(file));
            Cluster.apply(example.replaceAll("\\bshop\\b", shop.name())
                    .replaceAll("\\bcustomers\\b", customers.name())
                    .replace("weir/echo:0.1.0-SNAPSHOT", EchoApp.IMAGE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on its clients call as seldom as makes no difference, so that only a test's own requests count. */
    void quietClients() {
        for (String client : new String[] {"bookbuyer", "bookthief"}) {
            customers.kubectl(
                    "patch",
                    "deploy/" + client,
                    "--type=json",
                    "--patch=[{\"op\": \"test\", \"path\": \"/spec/template/spec/containers/0/command/4\", \"value\": \"--rate\"},"
                            + "{\"op\": \"replace\", \"path\": \"/spec/template/spec/containers/0/command/5\", \"value\": \"0.0001\"}]");
        }
        customers.awaitRollout("deploy/bookbuyer", "deploy/bookthief");
    }

    /** What clients call. */
    String url(String path) {
        return "http://bookstore." + shop.name() + path;
    }

    @Override
    public void close() {
        shop.close();
        customers.close();
    }
}
