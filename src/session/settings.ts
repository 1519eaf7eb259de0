/** By name: `port.NAME` (1 to 65535) and `polling` (ms). */
export type Settings = Readonly<Record<string, number>>;
