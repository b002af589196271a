package io.weir.controlplane.standalone;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** The runtime values that a given Envoy gets, so that every release judges a request alike. */
final class RuntimeFlags {

    /**
     * A header sent twice is judged on its joined value (S27). Releases that match each value by itself have these
     * switches; those that always join have not, and log an error about a name they don't know.
     */
    private static final String[] JOIN_HEADERS = {
        "envoy.reloadable_features.match_headers_individually",
        "envoy.reloadable_features.rbac_match_headers_individually"
    };

    /**
     * Envoy refuses a regex of more than 100 RE2 instructions, which one bounded repetition has. What is acceptable is
     * decided before it is sent, so that one object's regex is that object's diagnostic and no proxy's NACK.
     */
    private static final int REGEX_INSTRUCTIONS = 1_000_000;

    private RuntimeFlags() {}

    /** Reads the executable itself: the switches came with patch releases, and a vendor's build may differ. */
    static SortedMap<String, Object> of(Path envoy) throws IOException {
        SortedMap<String, Object> flags = new TreeMap<>();
        flags.put("re2.max_program_size.error_level", REGEX_INSTRUCTIONS);
        try (FileChannel channel = FileChannel.open(envoy, StandardOpenOption.READ)) {
            MappedByteBuffer binary = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            for (String flag : JOIN_HEADERS) {
                if (contains(binary, flag.getBytes(StandardCharsets.US_ASCII))) {
                    flags.put(flag, false);
                }
            }
        }
        return flags;
    }

    /** Horspool's search: looks at about one byte in {@code word.length} of some 100 MB. */
    private static boolean contains(MappedByteBuffer bytes, byte[] word) {
        int last = word.length - 1;
        int[] shift = new int[256];
        Arrays.fill(shift, word.length);
        for (int i = 0; i < last; i++) {
            shift[word[i] & 0xff] = last - i;
        }
        int end = bytes.limit() - 1;
        int at = last;
        while (at <= end) {
            int back = 0;
            while (back < word.length && bytes.get(at - back) == word[last - back]) {
                back++;
            }
            if (back == word.length) {
                return true;
            }
            at += shift[bytes.get(at) & 0xff];
        }
        return false;
    }
}
