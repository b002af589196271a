package io.weir.telemetry.prometheus;

import io.weir.telemetry.model.Readings.Answer;
import java.time.Duration;

/** A window is not known, for a reason that is told to whoever asks. */
final class Unanswered extends Exception {

    private static final long serialVersionUID = 1;
    private static final Duration SOON = Duration.ofSeconds(5);

    private final transient Answer answer;

    private Unanswered(Answer answer) {
        super(answer.toString());
        this.answer = answer;
    }

    /** @param retryAfter when it may be known; not before {@link #SOON} */
    static Unanswered because(String reason, Duration retryAfter) {
        return new Unanswered(new Answer.Incomplete(reason, retryAfter.compareTo(SOON) < 0 ? SOON : retryAfter));
    }

    static Unanswered because(String reason) {
        return because(reason, SOON);
    }

    /** @param patience after which it was not waited any longer */
    static Unanswered late(Duration patience) {
        return new Unanswered(new Answer.TimedOut(patience));
    }

    Answer answer() {
        return answer;
    }
}
