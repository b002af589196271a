package io.weir.telemetry.denial;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRequest;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.controlplane.explain.Explain;
import io.weir.controlplane.explain.Question;
import io.weir.controlplane.explain.Verdict;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.denial.DenialReport.Entry;
import io.weir.telemetry.denial.DenialReport.Result;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.report.EdgeReport.End;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /v1/denials?since=15m}: 200 with a {@link DenialReport}; 400 for a time that can't be. */
public final class DenialsRoute implements AdminRoute {

    /** As a route of the admin API. */
    public static final String NAME = "GET /v1/denials";

    private static final Pattern SINCE = Pattern.compile("(\\d{1,5})([smh])");
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final DenialStore store;
    private final InstantSource clock;
    private final Supplier<MeshModel> model;

    /** Tells numbers of this run from those of another. */
    private final String run = UUID.randomUUID().toString().substring(0, 8);

    /** @param model what policy says when it is asked */
    public DenialsRoute(DenialStore store, InstantSource clock, Supplier<MeshModel> model) {
        this.store = store;
        this.clock = clock;
        this.model = model;
    }

    /** @param request of its query {@code since}: a whole number of seconds, minutes or hours, as {@code 15m}; all without it */
    @Override
    public AdminAnswer answer(AdminRequest request) {
        String since = request.query().get("since");
        Duration window = since == null ? Duration.ofDays(365) : window(since);
        if (window == null) {
            return AdminAnswer.text(400, "since is a time such as 15m, a whole number and s, m or h; not " + since);
        }
        Instant from = clock.instant().minus(window);
        List<Denial> denials = store.denials().stream()
                .filter(denial -> !denial.at().isBefore(from))
                .toList();
        Reporter reporter = new Reporter(model.get());
        return AdminAnswer.json(
                JSON,
                new DenialReport(
                        store.dropped(), denials.stream().map(reporter::entry).toList()));
    }

    private static @Nullable Duration window(String text) {
        Matcher matcher = SINCE.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** Of one answer: a mesh is large, and the same call is denied again and again. */
    private final class Reporter {

        private final MeshModel mesh;
        private final Map<Question.Arrival, String> reasons = new HashMap<>();
        private final Map<Question.Arrival, Optional<ServicePortKey>> services = new HashMap<>();

        Reporter(MeshModel mesh) {
            this.mesh = mesh;
        }

        Entry entry(Denial denial) {
            Question.Arrival arrival = arrival(denial);
            ServicePortKey service = services.computeIfAbsent(
                            arrival, one -> Optional.ofNullable(Explain.service(mesh, one)))
                    .orElse(null);
            return new Entry(
                    run + "-" + denial.number(),
                    denial.at(),
                    denial.kind() == Denial.Kind.WOULD_BE_DENIED ? Result.WOULD_BE_DENIED : Result.DENIED,
                    denial.kind() == Denial.Kind.DENIED_BUT_AUDITED,
                    End.of(denial.source()),
                    denial.proven(),
                    End.of(denial.destination()),
                    denial.port(),
                    service == null ? "" : service.service().toString(),
                    service == null ? 0 : service.port(),
                    denial.protocol().name(),
                    denial.method(),
                    denial.authority(),
                    denial.path(),
                    reasons.computeIfAbsent(arrival, this::reason));
        }

        private String reason(Question.Arrival arrival) {
            Verdict verdict = Explain.judge(mesh, arrival);
            return verdict instanceof Verdict.Allowed ? "policy has changed: " + verdict.reason() : verdict.reason();
        }
    }

    private static Question.Arrival arrival(Denial denial) {
        Party source = denial.source();
        Identity caller =
                source.serviceAccount().isEmpty() ? null : new Identity(source.namespace(), source.serviceAccount());
        // Over TCP nobody passes the handshake who does not prove to be allowed, so that its address is all that is
        // known.
        boolean plaintext = denial.protocol() != Protocol.TCP && !denial.proven();
        Party self = denial.destination();
        return new Question.Arrival(
                caller,
                plaintext,
                new WorkloadKey(self.namespace(), self.pod()),
                denial.port(),
                new Question.Request(denial.method(), denial.path(), List.of()),
                denial.authority());
    }
}
