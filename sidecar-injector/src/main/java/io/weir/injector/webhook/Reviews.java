package io.weir.injector.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.injector.inject.InjectionDecision;
import java.util.Locale;

/** How many reviews came, and what became of them. Labels are closed sets. */
public final class Reviews {

    private static final String PODS = "weir.injector.pods";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Every reason counts from zero, so that a first one shows as a rate. */
    public Reviews() {
        pods("injected");
        pods("refused");
        pods("failed");
        for (InjectionDecision.Reason reason : InjectionDecision.Reason.values()) {
            pods(outcome(reason));
        }
    }

    void decided(InjectionDecision decision) {
        pods(switch (decision) {
                    case InjectionDecision.Inject _ -> "injected";
                    case InjectionDecision.Refuse _ -> "refused";
                    case InjectionDecision.Skip(InjectionDecision.Reason reason) -> outcome(reason);
                })
                .increment();
    }

    void failed() {
        pods("failed").increment();
    }

    private Counter pods(String outcome) {
        return Counter.builder(PODS)
                .description("Pods reviewed, by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static String outcome(InjectionDecision.Reason reason) {
        return "skipped_" + reason.name().toLowerCase(Locale.ROOT);
    }

    /** In Prometheus' text format. */
    public String text() {
        return registry.scrape();
    }
}
