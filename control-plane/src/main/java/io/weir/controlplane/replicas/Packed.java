package io.weir.controlplane.replicas;

import io.weir.controlplane.model.WorkloadKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Workloads as a short text: a line for each namespace, packed. 1,000 pods of Deployments take about 12 kB. */
final class Packed {

    /** An object's annotations together may have 256 KiB. */
    private static final int LONGEST = 200_000;

    /** Of text before it was packed: 1,000,000 names are more than a replica serves. */
    private static final int MOST = 64 << 20;

    private Packed() {}

    /**
     * Empty if it would be too long.
     */
    static String of(SortedSet<WorkloadKey> workloads) {
        StringBuilder text = new StringBuilder();
        String namespace = "";
        for (WorkloadKey workload : workloads) {
            if (!workload.namespace().equals(namespace)) {
                namespace = workload.namespace();
                text.append('\n').append(namespace);
            }
            text.append(' ').append(workload.name());
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String encoded = Base64.getEncoder().encodeToString(packed.toByteArray());
        return encoded.length() > LONGEST ? "" : encoded;
    }

    /** @throws IllegalArgumentException if it is none of ours */
    static SortedSet<WorkloadKey> read(String packed) {
        SortedSet<WorkloadKey> workloads = new TreeSet<>();
        if (packed.isEmpty()) {
            return workloads;
        }
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(packed)))) {
            String text = new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
            for (String line : text.split("\n", -1)) {
                String[] words = line.split(" ", -1);
                for (int i = 1; i < words.length; i++) {
                    workloads.add(new WorkloadKey(words[0], words[i]));
                }
            }
            return workloads;
        } catch (IOException e) {
            throw new IllegalArgumentException("not packed by us", e);
        }
    }
}
