/**
 * How long to wait before a restart: the delay in ms after the crash that is the first, second, … since the child was
 * last stable. It may differ from call to call, by chance say; it is asked once for each crash.
 */
export type Schedule = (crashes: number) => number;
