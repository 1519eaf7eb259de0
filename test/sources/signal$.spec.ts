import { describe, expect, it } from 'vitest';
import { nodeEffects, signal$ } from '../../src/index.js';
import { fakeWorld } from '../fakeEffects.js';

describe('signal$', () => {
  it('emits the signals it was asked for, as often as they come', () => {
    const { effects, host } = fakeWorld();
    const seen: string[] = [];
    signal$(['SIGINT', 'SIGHUP'], { effects }).subscribe((signal) => seen.push(signal));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGINT']) host.raise(signal);
    expect(seen).toEqual(['SIGINT', 'SIGHUP', 'SIGINT']);
  });

  it('is cold, and takes its handlers back when it is unsubscribed', () => {
    const before = process.listenerCount('SIGUSR2');
    const source$ = signal$(['SIGUSR2'], { effects: nodeEffects });
    expect(process.listenerCount('SIGUSR2')).toBe(before);
    const subscription = source$.subscribe();
    expect(process.listenerCount('SIGUSR2')).toBe(before + 1);
    subscription.unsubscribe();
    expect(process.listenerCount('SIGUSR2')).toBe(before);
  });

  it('of no signals is empty', () => {
    let completed = false;
    signal$([]).subscribe({ complete: () => (completed = true) });
    expect(completed).toBe(true);
  });
});
