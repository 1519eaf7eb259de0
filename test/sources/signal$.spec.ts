import { describe, expect, it } from 'vitest';
import { nodeEffects, signal$ } from '../../src/index.js';
import { fakeWorld } from '../fakeEffects.js';

describe('signal$', () => {
  it('emits the given signals, each time they arrive', () => {
    const { effects, host } = fakeWorld();
    const seen: string[] = [];
    signal$(['SIGINT', 'SIGHUP'], { effects }).subscribe((signal) => seen.push(signal));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGINT']) host.raise(signal);
    expect(seen).toEqual(['SIGINT', 'SIGHUP', 'SIGINT']);
  });

  it('is cold, and removes its handlers after unsubscription', () => {
    const before = process.listenerCount('SIGUSR2');
    const source$ = signal$(['SIGUSR2'], { effects: nodeEffects });
    expect(process.listenerCount('SIGUSR2')).toBe(before);
    const subscription = source$.subscribe();
    expect(process.listenerCount('SIGUSR2')).toBe(before + 1);
    subscription.unsubscribe();
    expect(process.listenerCount('SIGUSR2')).toBe(before);
  });

  it('completes at once without signals', () => {
    let completed = false;
    signal$([]).subscribe({ complete: () => (completed = true) });
    expect(completed).toBe(true);
  });
});
