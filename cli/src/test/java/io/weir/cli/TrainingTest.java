package io.weir.cli;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TrainingTest {

    /** It returns once a status was written, and would wait for ever for what the stand-in doesn't have. */
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void a_control_plane_of_the_stand_in_comes_to_write_a_status() throws Exception {
        Training.control();
    }
}
