package io.weir.cli;

import picocli.CommandLine.Command;

@Command(name = "ca", description = "Look after the mesh's certificate authority.", subcommands = CaRotateCommand.class)
final class CaCommand extends Group {}
