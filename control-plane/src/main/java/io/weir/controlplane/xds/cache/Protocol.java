package io.weir.controlplane.xds.cache;

/** The two variants of ADS. */
public enum Protocol {
    DELTA,
    STATE_OF_THE_WORLD
}
