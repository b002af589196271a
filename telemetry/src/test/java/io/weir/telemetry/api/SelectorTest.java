package io.weir.telemetry.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.SmiJson;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {

    private static Selector selector(String text) {
        assertThat(SelectorParser.parse(text)).isInstanceOf(Selector.class);
        return (Selector) SelectorParser.parse(text);
    }

    private static String json(String text) {
        return SmiJson.mapper().writeValueAsString(selector(text).document());
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        for (String label : text.split(" ", -1)) {
            String[] pair = label.split("=", 2);
            if (pair.length == 2) {
                labels.put(pair[0], pair[1]);
            }
        }
        return labels;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                  | a=1           | true",
                "a=1                 | a=1 b=2       | true",
                "a == 1              | a=1           | true",
                "a=1                 | a=2           | false",
                "a=1                 | b=1           | false",
                "a=                  | a=            | true",
                "a=                  | b=            | false",
                "a!=1                | a=1           | false",
                "a!=1                | a=2           | true",
                "a!=1                | b=1           | true",
                "a in (1,2)          | a=2           | true",
                "a in ( 1 , 2 )      | a=3           | false",
                "a in (1)            | b=1           | false",
                "a in (,1)           | a=            | true",
                "a notin (1,2)       | a=3           | true",
                "a notin (1,2)       | a=1           | false",
                "a notin (1,2)       | b=1           | true",
                "a                   | a=            | true",
                "a                   | b=1           | false",
                "!a                  | b=1           | true",
                "! a                 | a=1           | false",
                "a>4                 | a=5           | true",
                "a>4                 | a=4           | false",
                "a<4                 | a=3           | true",
                "a<4                 | a=x           | false",
                "a>4                 | b=9           | false",
                "a=1,b!=2,c in (3),d | a=1 c=3 d=    | true",
                "a=1,b!=2,c in (3),d | a=1 b=2 c=3 d=| false",
                "example.com/team=x  | example.com/team=x | true",
                "in=notin            | in=notin      | true"
            })
    void selects_as_kubernetes_does(String selector, String labels, boolean selected) {
        assertThat(selector(selector).selects(labels(labels))).isEqualTo(selected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1", "a=1,", ",", "a=1,,b=2", "a in", "a in ()b", "a in (1", "a in 1", "a=b c", "a=b=c", "(a)",
                        "a=(1)",
                "!", "!a=1", "a>b", "a>", "-a=1", "a=-1", "a/b/c=1", "/a=1", "A_/b=1", "a=x/y", "a ! b", "a@b"
            })
    void what_kubernetes_refuses_is_refused(String text) {
        assertThat(SelectorParser.parse(text)).isInstanceOf(SelectorParser.Rejected.class);
    }

    @Test
    void the_reason_tells_where() {
        assertThat(SelectorParser.parse("a=1,(b)"))
                .isEqualTo(new SelectorParser.Rejected("unable to parse the label selector at '(', its token 5"));
        assertThat(SelectorParser.parse("a=1,"))
                .isEqualTo(new SelectorParser.Rejected("unable to parse the label selector at its end"));
    }

    @Test
    void is_written_as_kubernetes_has_it_in_objects() {
        assertThat(json("a=1,b=2")).isEqualTo("{\"matchLabels\":{\"a\":\"1\",\"b\":\"2\"}}");
        assertThat(json("a=1,a=2,b!=3,c notin (5,4),!d,e"))
                .isEqualTo("{\"matchLabels\":{\"a\":\"1\"},\"matchExpressions\":["
                        + "{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"2\"]},"
                        + "{\"key\":\"b\",\"operator\":\"NotIn\",\"values\":[\"3\"]},"
                        + "{\"key\":\"c\",\"operator\":\"NotIn\",\"values\":[\"4\",\"5\"]},"
                        + "{\"key\":\"d\",\"operator\":\"DoesNotExist\"},"
                        + "{\"key\":\"e\",\"operator\":\"Exists\"}]}");
    }
}
