package io.weir.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.TypeConversionException;

/** Arguments with a few values to choose from: completion and errors spell them as the documentation does. */
final class Choices {

    private Choices() {}

    /** Picocli would spell the constants of an enum as Java does. */
    static void spellLowerCase(CommandSpec spec) {
        for (ArgSpec arg : List.copyOf(spec.args())) {
            Object[] constants = arg.type().getEnumConstants();
            if (constants != null) {
                List<String> choices =
                        Arrays.stream(constants).map(Choices::spelled).toList();
                ITypeConverter<?> converter = text -> convert(constants, choices, text);
                spec.remove(arg);
                spec.add(
                        switch (arg) {
                            case OptionSpec option ->
                                option.toBuilder()
                                        .completionCandidates(choices)
                                        .converters(converter)
                                        .build();
                            case PositionalParamSpec positional ->
                                positional.toBuilder()
                                        .completionCandidates(choices)
                                        .converters(converter)
                                        .build();
                            default -> throw new IllegalStateException("picocli has no other arguments: " + arg);
                        });
            }
        }
    }

    private static String spelled(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
    }

    private static Object convert(Object[] constants, List<String> choices, String text) {
        int index = choices.indexOf(text.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new TypeConversionException(
                    "expected one of " + String.join(", ", choices) + " but was '" + text + "'");
        }
        return constants[index];
    }
}
