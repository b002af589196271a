package io.weir.injector.inject;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WirePathTest {

    @ParameterizedTest
    @CsvSource({
        "/healthz,/healthz",
        "healthz,/healthz",
        "'',/",
        "/a?b=c&d=e,/a?b=c&d=e",
        "/a#top,/a",
        "/a b,/a%20b",
        "/%20,/%20",
        "/100%,/100%25",
        "/ü,/%C3%BC",
        "/\"<>\\^`{|},/%22%3C%3E%5C%5E%60%7B%7C%7D",
        "'/a\r\nb: c',/a%0D%0Ab:%20c"
    })
    void a_path_goes_on_the_wire_as_an_http_client_sends_it(String path, String wire) {
        assertThat(WirePath.of(path)).isEqualTo(wire);
    }
}
