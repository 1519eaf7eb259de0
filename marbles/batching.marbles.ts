import { map } from 'rxjs';
import { batchTime } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'Batching',
  prose:
    'Lines are collected for 100 ms from the first one, and written together. No timer runs while there are no lines. At the end, the rest is written.',
  legend: { 2: 'a batch of two lines', 3: 'a batch of three', a: 'a line' },
  inputs: { streams: { line$: 'a 30ms a 20ms a 2s a 50ms a 30ms |' } },
  policy: ({ stream$ }) =>
    stream$('line$').pipe(
      batchTime(100),
      map((lines) => String(lines.length)),
    ),
  expected: '100ms 3 2s 30ms 2|',
} satisfies Policy;
