/** Of a log that nobody has asked for, or looks after: it must not fill the disk. */
export const logRotation = { size: 10_000_000, keep: 5 } as const;
