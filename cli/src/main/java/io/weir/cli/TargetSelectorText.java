package io.weir.cli;

import io.weir.telemetry.prometheus.TargetSelector;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Label matchers of PromQL, with commas between them. */
final class TargetSelectorText implements ITypeConverter<TargetSelector> {

    @Override
    public TargetSelector convert(String text) {
        try {
            return TargetSelector.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
