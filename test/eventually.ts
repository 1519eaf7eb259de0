import { vi } from 'vitest';

/** Waits for what may take a busy machine seconds: vitest's own patience ends after one. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(assertion, { timeout: 15_000, interval: 20 });
}
