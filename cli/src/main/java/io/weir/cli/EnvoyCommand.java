package io.weir.cli;

import picocli.CommandLine.Command;

@Command(name = "envoy", description = "Look after the Envoy binary.", subcommands = EnvoyInstallCommand.class)
final class EnvoyCommand extends Group {}
