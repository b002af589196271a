package io.weir.controlplane.source.directory;

/** IPv4 addresses as numbers. */
final class Addresses {

    private Addresses() {}

    /** Dotted decimal. */
    static String text(int address) {
        return (address >>> 24) + "." + ((address >> 16) & 255) + "." + ((address >> 8) & 255) + "." + (address & 255);
    }
}
