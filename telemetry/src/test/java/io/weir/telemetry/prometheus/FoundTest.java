package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoundTest {

    private static List<Found> read(String answer) throws IOException {
        return Found.read(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void values_of_a_moment_and_of_a_time_are_read() throws IOException {
        assertThat(read("""
            {"status":"success","data":{"resultType":"vector","result":[
            {"metric":{"__name__":"up","job":"a\\"b"},"value":[1.5,"7"]}]},"infos":["hm"]}\
            """)).singleElement().satisfies(found -> {
            assertThat(found.labels()).containsEntry("job", "a\"b");
            assertThat(found.value()).isEqualTo(7);
            assertThat(found.points().getFirst().time().toEpochMilli()).isEqualTo(1500);
        });
        assertThat(read("""
            {"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{},"values":[[1.001,"7"],[2.002,"8"]]}]}}\
            """))
                .singleElement()
                .satisfies(found -> assertThat(found.value()).isEqualTo(8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "<html>",
                "{\"status\":\"error\",\"data\":{\"result\":[]}}",
                "{\"status\":\"success\",\"data\":{\"result\":[]},\"warnings\":[\"a store did not answer\"]}",
                "{\"status\":\"success\",\"isPartial\":true,\"data\":{\"result\":[]}}",
                "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{},\"value\":[1,\"7\"]}",
                "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{},\"value\":[1,\"x\"]}]}}",
                "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{}}]}}"
            })
    void what_is_not_the_whole_answer_is_none(String answer) {
        assertThatThrownBy(() -> read(answer)).isInstanceOf(IOException.class);
    }

    /** As VictoriaMetrics tells that a target was gone, among values that were scraped. */
    @Test
    void what_is_no_number_was_not_scraped() throws IOException {
        assertThat(read("""
            {"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"job":"a"},"values":[[1,"7"],[2,"NaN"]]},{"metric":{"job":"b"},"values":[[2,"NaN"]]}]}}\
            """))
                .singleElement()
                .satisfies(found -> assertThat(found.value()).isEqualTo(7));
    }

    @Test
    void what_a_refusal_says_is_told_in_short() {
        assertThat(Found.error("{\"error\":\"too many series\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(": too many series");
        assertThat(Found.error("gone\n".getBytes(StandardCharsets.UTF_8))).isEqualTo(": gone");
        assertThat(Found.error(new byte[0])).isEmpty();
        assertThat(Found.error("x".repeat(10_000).getBytes(StandardCharsets.UTF_8)))
                .hasSize(302);
    }
}
