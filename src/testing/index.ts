/// <reference types="node" preserve="true" />
export { type Bounds, lifecycle, type LifecycleHelpers, type TimelineEntry } from './lifecycle.js';
export type { EventPattern } from './expectedEvents.js';
export { fakeChild, type FakeOptions, type FakeRuns } from './fakeChild.js';
export type { FakeChild, FakeSent, FakeSignal, FakeSpawn } from './fakeEffects.js';
export { legend, type LegendEntry, type Letter, letterOf } from './legend.js';
export type { FakeRunSpec } from './readScript.js';
export { record } from './record.js';
export { replay, type ReplayOptions } from './replay.js';
export type { FakeAction, StopBehaviour } from './fakeRun.js';
