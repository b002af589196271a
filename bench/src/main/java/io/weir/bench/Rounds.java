package io.weir.bench;

import io.weir.bench.mesh.Mesh;
import io.weir.bench.server.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Repetitions of all contenders in turns, first one and then the other ahead (A B, B A, ...), so that what the machine
 * does besides hits all alike.
 *
 * @param contenders the first is Weir
 * @param home where each has a folder of its own for each repetition
 */
record Rounds(List<Contender> contenders, Path home, Progress progress) {

    Rounds {
        contenders = List.copyOf(contenders);
    }

    /**
     * For each contender what was read.
     *
     * @param changes that the mesh has seen before, and sees now
     */
    List<Readings> run(Mesh mesh, Changes changes, Settings settings, int repetitions)
            throws IOException, InterruptedException {
        List<Readings> all = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            all.add(new Readings());
            order.add(i);
        }
        for (int repetition = 1; repetition <= repetitions; repetition++) {
            for (int i : order) {
                Contender contender = contenders.get(i);
                progress.say("repetition " + repetition + " of " + repetitions + ": " + contender.name());
                Path own = Files.createDirectories(home.resolve(contender.name() + "-" + repetition));
                all.get(i).addAll(new Trial(contender, settings, mesh, own, changes, progress).run());
            }
            Collections.reverse(order);
        }
        return all;
    }
}
