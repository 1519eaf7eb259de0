/** How many instances a service can have. Each of them is a process, so that more is a slip: 1000000 ends the machine. */
export const MOST_INSTANCES = 10_000;
