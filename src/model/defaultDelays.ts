/** The delays in ms before the first restart, the second, …, when none are given; the last one repeats for ever. */
export const defaultDelays: readonly number[] = [100, 500, 1_000, 10_000, 30_000, 60_000, 300_000, 900_000];
