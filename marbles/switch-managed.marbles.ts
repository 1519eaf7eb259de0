import { switchManaged } from '../src/index.js';
import type { Policy } from './kit/policy.js';

export default {
  title: 'One child after the other',
  prose:
    'Each value is a child. A new value stops the old child. The next child starts when the old one has ended, so its port is free. If several values arrive meanwhile, only the last one counts: c starts nothing.',
  legend: { a: 'a value', b: 'a value', c: 'a value', d: 'a value' },
  inputs: {
    children: { a: ['s 500ms r'], b: ['s 500ms r'], c: ['s 500ms r'], d: ['s 500ms r'] },
    onStop: 300,
    streams: { config$: '1s a 2s b 2s c 100ms d' },
  },
  until: '7s',
  policy: ({ child, stream$ }) => stream$('config$').pipe(switchManaged((name, command$) => child(name)(command$))),
  expected: {
    a: '1s s 500ms r 1s 500ms p 300ms q 3s 700ms ...',
    b: '3s 300ms s 500ms r 1s 200ms p 300ms q 1s 700ms ...',
    d: '5s 300ms s 500ms r 1s 200ms ...',
  },
} satisfies Policy;
