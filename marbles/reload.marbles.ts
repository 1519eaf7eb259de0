import { filter, map } from 'rxjs';
import { fleet, type FleetCommand } from '../src/index.js';
import type { Policy } from './kit/policy.js';

const started = ['old 0', 'old 1', 'new 0', 'new 1'];

export default {
  title: 'A reload',
  prose:
    'One instance after another: a new instance starts beside the old one. When it is ready, the old one stops. At least two are always online.',
  legend: { L: 'a reload command' },
  inputs: {
    children: { 'old 0': ['s 500ms r'], 'new 0': ['s 500ms r'], 'old 1': ['s 500ms r'], 'new 1': ['s 500ms r'] },
    onStop: 300,
    streams: { reload$: '2s L' },
  },
  until: '5s',
  policy: ({ child, stream$ }) => {
    const command$ = stream$('reload$').pipe(map((): FleetCommand => ({ type: 'reload' })));
    const event$ = fleet(() => child(started.shift()!), { instances: 2 })(command$);
    return event$.pipe(filter((event) => 'instance' in event));
  },
  expected: {
    'old 0': 's 500ms r 2s p 300ms q 2s 200ms ...',
    'new 0': '2s s 500ms r 2s 500ms ...',
    'old 1': 's 500ms r 2s 800ms p 300ms q 1s 400ms ...',
    'new 1': '2s 800ms s 500ms r 1s 700ms ...',
  },
} satisfies Policy;
