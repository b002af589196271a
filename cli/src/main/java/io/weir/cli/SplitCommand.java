package io.weir.cli;

import picocli.CommandLine.Command;

@Command(
        name = "split",
        description = "Change TrafficSplits, in a cluster or in their manifests, or follow one.",
        subcommands = {SplitSetCommand.class, SplitWatchCommand.class})
final class SplitCommand extends Group {}
