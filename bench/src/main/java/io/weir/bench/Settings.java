package io.weir.bench;

import io.weir.bench.client.Protocol;
import java.time.Duration;

/**
 * How to measure; a count of 0 leaves out what it counts.
 *
 * @param threads that all clients share
 * @param spacing between two changes, after the last client has the first
 * @param alone changes of a weight seen by one client
 * @param changes of a weight seen by all
 * @param envoys real ones, which have to end with the last weight; only where they can be started
 * @param churn for how long the endpoint moves
 * @param churnRate moves a second
 * @param restarts of the server, with clients that know its state
 * @param stuck clients that never read
 * @param stuckChanges of a weight meanwhile, as fast as the other clients follow
 */
record Settings(
        Protocol protocol,
        int threads,
        Duration spacing,
        int alone,
        int changes,
        int envoys,
        Duration churn,
        int churnRate,
        int restarts,
        int stuck,
        int stuckChanges) {

    /** The same with weights alone. */
    Settings weightsAlone(int count) {
        return new Settings(protocol, threads, spacing, 0, count, 0, Duration.ZERO, churnRate, 0, 0, 0);
    }

    Settings by(Protocol other) {
        return new Settings(
                other, threads, spacing, alone, changes, envoys, churn, churnRate, restarts, stuck, stuckChanges);
    }

    Settings withEnvoys(int count) {
        return new Settings(
                protocol, threads, spacing, alone, changes, count, churn, churnRate, restarts, stuck, stuckChanges);
    }

    Settings with(int clientsThatNeverRead, int meanwhile) {
        return new Settings(
                protocol,
                threads,
                spacing,
                alone,
                changes,
                envoys,
                churn,
                churnRate,
                restarts,
                clientsThatNeverRead,
                meanwhile);
    }
}
