package io.weir.cli;

import io.weir.controlplane.identity.ca.TrustDomain;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A trust domain's name. */
final class TrustDomainText implements ITypeConverter<String> {

    @Override
    public String convert(String text) {
        if (!TrustDomain.valid(text)) {
            throw new TypeConversionException(text + " is no trust domain, such as cluster.local");
        }
        return text;
    }
}
