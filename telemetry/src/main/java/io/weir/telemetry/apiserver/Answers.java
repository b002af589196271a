package io.weir.telemetry.apiserver;

import io.weir.telemetry.api.ApiAnswer;
import io.weir.telemetry.api.ApiRequest;

/** What is said to who may ask. May block, and may be called from any thread. */
@FunctionalInterface
public interface Answers {

    ApiAnswer answer(ApiRequest request);
}
