package io.weir.controlplane.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ObjectRefTest {

    @Test
    void an_object_prints_as_people_write_it() {
        assertThat(new ObjectRef("TrafficSplit", "shop", "bookstore")).hasToString("TrafficSplit shop/bookstore");
        assertThat(new ObjectRef("Namespace", "", "shop")).hasToString("Namespace shop");
        assertThat(new ObjectRef("Folder", "", "/home/me/mesh")).hasToString("Folder /home/me/mesh");
    }
}
