// Four services for `rxvisor run` and `rxvisor start`.
/** @type {import('rxvisor').ServiceSpec[]} */
export default [
  { name: 'api', script: 'services/api.mjs', ready: 'message', grace: 5_000 },
  { name: 'clock', script: 'services/clock.py' },
  { name: 'crasher', script: 'services/crasher.mjs' },
  { name: 'painter', script: 'services/painter.mjs', log: 'logs/painter.log', stripANSI: true },
];
