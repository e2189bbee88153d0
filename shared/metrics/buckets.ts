/** Where the histograms of durations are cut, in seconds. One list, so that the stages of a vote can be laid side by side. */

/** From a round trip to Redis to a client that has given up. */
export const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** From a busy moment to an outage that is being worked off. */
export const LAG_BUCKETS_S = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800];
