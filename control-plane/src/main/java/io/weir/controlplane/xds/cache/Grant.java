package io.weir.controlplane.xds.cache;

/** What make-before-break lets go out for one type now. */
interface Grant {

    Grant ALL = of(true);
    Grant NOTHING = of(false);

    boolean upserts();

    /** Whether the client may lose this resource now. */
    boolean removal(String name);

    private static Grant of(boolean answer) {
        return new Grant() {
            @Override
            public boolean upserts() {
                return answer;
            }

            @Override
            public boolean removal(String name) {
                return answer;
            }
        };
    }
}
