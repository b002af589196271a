/**
 * An aggregated API server: what a cluster's API server asks when somebody reads the metrics API there.
 *
 * <p>In: requests over TLS, with the name of the user whom the API server let in. Who says that name must show a
 * certificate of the front proxies' authority, as the cluster's own settings say it ({@code RequestHeaderConfig}); whether
 * the user may is asked of the API server again ({@code AccessReviews}). Out: what an {@code Answers} says.
 *
 * <p>Never here: what an answer means, a name from a header that nobody vouched for, an answer to a question that was not
 * decided.
 */
@NullMarked
package io.weir.telemetry.apiserver;

import org.jspecify.annotations.NullMarked;
