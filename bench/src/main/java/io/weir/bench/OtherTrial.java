package io.weir.bench;

import io.weir.bench.client.Fleet;
import io.weir.bench.server.OtherServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures a server that runs already: clients connect, weights change, clients go, and that again.
 *
 * @param weights null: nothing is changed
 */
record OtherTrial(OtherServer server, @Nullable Weights weights, Settings settings, Progress progress) {

    Readings run(int repetitions) throws IOException, InterruptedException {
        Readings readings = new Readings();
        Phases phases = new Phases(settings, new Recorder(server.name(), readings, progress));
        int round = 0;
        for (int repetition = 1; repetition <= repetitions; repetition++) {
            phases.recorder().say("repetition " + repetition + " of " + repetitions);
            try (Fleet fleet = new Fleet(server.target(), settings.protocol(), server.clients(), settings.threads())) {
                phases.connect(fleet, server.cost());
                phases.rest(server.cost());
                if (weights != null && settings.changes() > 0) {
                    List<WeightChange> seen = change(fleet, weights, round);
                    phases.weights(seen);
                    phases.recorder().read(Quantity.WEIGHT_COMMAND, Phases.median(seen, WeightChange::answered));
                    round += settings.changes();
                }
                phases.losses(fleet, 0);
            }
        }
        return readings;
    }

    /** @param before rounds that there have been */
    private List<WeightChange> change(Fleet fleet, Weights what, int before) throws IOException, InterruptedException {
        List<WeightChange> seen = new ArrayList<>();
        for (int i = 1; i <= settings.changes(); i++) {
            seen.add(WeightChange.make(fleet, fleet.size(), what, server.cost(), before + i, settings.spacing()));
        }
        return seen;
    }
}
