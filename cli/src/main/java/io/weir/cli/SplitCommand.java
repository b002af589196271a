package io.weir.cli;

import picocli.CommandLine.Command;

@Command(
        name = "split",
        description = "Change TrafficSplits, in a cluster or in their manifests.",
        subcommands = SplitSetCommand.class)
final class SplitCommand extends Group {}
