package io.weir.cli;

import picocli.CommandLine.Command;

@Command(
        name = "crds",
        description = "Look after the definitions of SMI's kinds in a cluster.",
        subcommands = {CrdsApplyCommand.class, CrdsRewriteCommand.class})
final class CrdsCommand extends Group {}
