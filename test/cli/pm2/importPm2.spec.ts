import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { importPm2 } from '../../../src/cli/pm2/importPm2.js';
import { parseSpec } from '../../../src/index.js';

/** As pm2 7 writes `dump.pm2`, shortened. */
const dumped = {
  name: 'web',
  namespace: 'default',
  pm_exec_path: '/srv/web/server.js',
  pm_cwd: '/srv/web',
  exec_interpreter: 'node',
  node_args: ['--max-old-space-size=100'],
  args: ['--port', '80'],
  instances: 2,
  pm_out_log_path: '/home/me/.pm2/logs/web-out.log',
  pm_err_log_path: '/home/me/.pm2/logs/web-error.log',
  env: { PORT: 80, unique_id: 'x', nested: { left: 'out' } },
  autorestart: true,
  max_restarts: 16,
  min_uptime: 1_000,
  restart_delay: 500,
  kill_timeout: 3_000,
  stop_exit_codes: [0],
  cron_restart: '0 0 * * *',
  max_memory_restart: 1_000_000,
  watch: false,
};

describe('what pm2 has', () => {
  it('its dump: each entry one child', () => {
    expect(importPm2([dumped])).toEqual({
      services: [
        {
          name: 'web',
          script: '/srv/web/server.js',
          cwd: '/srv/web',
          args: ['--port', '80'],
          execArgv: ['--max-old-space-size=100'],
          log: { stdout: '/home/me/.pm2/logs/web-out.log', stderr: '/home/me/.pm2/logs/web-error.log' },
          env: { PORT: '80', unique_id: 'x' },
          restartOn: 'exit',
          restartAt: [500],
          restartOk: 1_000,
          limit: { max: 16, within: 17 * 1_500 },
          grace: 3_000,
          stopExitCodes: [0],
          cron: '0 0 * * *',
          maxRss: 1_000_000,
        },
      ],
      unsupported: [],
    });
  });

  it('an ecosystem file: its instances are as many children', () => {
    const web = {
      name: 'web',
      script: 'web.js',
      instances: 2,
      autorestart: false,
      kill_timeout: '5s',
      namespace: 'site',
    };
    const job = {
      script: 'job.py',
      interpreter: 'python3',
      args: 'a  b',
      out_file: 'x.log',
      error_file: 'x.log',
      env: {},
    };
    const tool = { script: '/bin/tool', interpreter: 'none', min_uptime: '200', args: '', watch: ['src'] };
    const imported = importPm2({ apps: [web, job, tool] });
    expect(imported?.services).toEqual([
      ...[0, 1].map((place) => ({
        ...{ name: 'web', namespace: 'site', script: 'web.js', restartAt: [], grace: 5_000 },
        env: { NODE_APP_INSTANCE: String(place), RXVISOR_INSTANCE: String(place) },
      })),
      {
        ...{ script: 'job.py', interpreter: 'python3', args: ['a', 'b'], log: { file: 'x.log' } },
        ...{ restartOn: 'exit', grace: 1_600 },
      },
      { command: '/bin/tool', restartOn: 'exit', restartOk: 200, grace: 1_600, watch: { paths: ['src'] } },
    ]);
    expect(imported?.unsupported).toEqual([]);
    for (const service of imported?.services ?? []) parseSpec(service);
  });

  it('one app need not be in a list', () => {
    expect(importPm2({ apps: { script: 'a.js', error_file: 'e.log' } })?.services).toMatchObject([
      { script: 'a.js', log: { stderr: 'e.log' } },
    ]);
  });

  it.each([[null], [{}], ['x'], [[{ name: 'no script' }]], [{ apps: [1] }], [{ apps: undefined }]])(
    '%j is neither',
    (file) => {
      expect(importPm2(file)).toBeUndefined();
    },
  );

  const common = { script: 'a.js', restartOn: 'exit', grace: 1_600 };
  const cores = availableParallelism();

  it.each<[what: string, app: object, spec: object]>([
    ['name', { name: 'web' }, { name: 'web' }],
    ['namespace', { namespace: 'site' }, { namespace: 'site' }],
    ['namespace', { namespace: 'default' }, {}],
    ['cwd', { cwd: '/srv' }, { cwd: '/srv' }],
    ['args', { args: '-a  b' }, { args: ['-a', 'b'] }],
    ['args', { args: ['a b', 3] }, { args: ['a b', '3'] }],
    ['node_args', { node_args: '--inspect' }, { execArgv: ['--inspect'] }],
    ['interpreter', { interpreter: 'bun' }, { interpreter: 'bun' }],
    ['interpreter', { interpreter: 'node' }, {}],
    ['autorestart', { autorestart: false }, { restartOn: undefined, restartAt: [] }],
    ['max_restarts', { max_restarts: 3 }, { limit: { max: 3, within: 4_000 } }],
    ['min_uptime', { min_uptime: '10s', max_restarts: 1 }, { restartOk: 10_000, limit: { max: 1, within: 20_000 } }],
    ['restart_delay', { restart_delay: 300 }, { restartAt: [300] }],
    [
      'exp_backoff_restart_delay',
      { exp_backoff_restart_delay: 5_000 },
      { restartAt: [5_000, 7_501, 11_252, 15_000], restartOk: 30_000 },
    ],
    ['kill_timeout', { kill_timeout: 100 }, { grace: 100 }],
    ['wait_ready', { wait_ready: true, listen_timeout: 4_000 }, { ready: 'message', readyTimeout: 4_000 }],
    ['listen_timeout', { listen_timeout: '8s' }, { readyTimeout: 8_000 }],
    ['out_file', { out_file: 'o.log' }, { log: { stdout: 'o.log' } }],
    ['error_file', { error_file: 'e.log' }, { log: { stderr: 'e.log' } }],
    ['env', { env: { A: 1, B: true, C: { no: 1 } } }, { env: { A: '1', B: 'true' } }],
    ['env_NAME', { env: { A: 1, B: 1 }, env_production: { A: 2 } }, { env: { A: '2', B: '1' } }],
    ['watch', { watch: true, ignore_watch: 'dist' }, { watch: { ignore: ['dist'] } }],
    ['watch', { watch: 'src', ignore_watch: ['a', 'b'] }, { watch: { paths: ['src'], ignore: ['a', 'b'] } }],
    ['watch', { watch: false, ignore_watch: ['a'] }, {}],
    ['max_memory_restart', { max_memory_restart: '1.5G' }, { maxRss: 1.5 * 2 ** 30 }],
    ['max_memory_restart', { max_memory_restart: '300K' }, { maxRss: 307_200 }],
    ['max_memory_restart', { max_memory_restart: 5_000 }, { maxRss: 5_000 }],
    ['cron_restart', { cron_restart: '0 4 * * *' }, { cron: '0 4 * * *' }],
    ['cron_restart', { cron_restart: 0 }, {}],
    ['stop_exit_codes', { stop_exit_codes: [0, 7] }, { stopExitCodes: [0, 7] }],
    ['stop_exit_codes', { stop_exit_codes: 7 }, { stopExitCodes: [7] }],
    ['exec_mode', { exec_mode: 'cluster' }, { exec: 'cluster', ready: 'spawn' }],
    ['wait_ready', { exec_mode: 'cluster', wait_ready: true }, { exec: 'cluster', ready: 'message' }],
    ['exec_mode', { exec_mode: 'cluster_mode', interpreter: 'bun' }, { interpreter: 'bun' }],
    ['exec_mode', { exec_mode: 'fork' }, {}],
    ['script in the PATH', { script: 'npm', args: 'start' }, { script: undefined, command: 'npm', args: ['start'] }],
  ])('%s: %j', (_what, app, spec) => {
    const imported = importPm2({ apps: [{ script: 'a.js', env_production: {}, ...app }] }, 'production');
    expect(imported).toEqual({ services: [{ ...common, ...spec }], unsupported: [] });
    parseSpec(imported?.services[0]);
  });

  it.each([
    [3, 3],
    ['2', 2],
    [0, cores],
    ['max', cores],
    [-1, Math.max(1, cores - 1)],
    [undefined, 1],
    ['many', 1],
  ])('instances: %j: so many children', (instances, count) => {
    expect(importPm2({ apps: [{ script: 'a.js', instances }] })?.services).toHaveLength(count);
  });

  it.each([10_001, '1e9', Infinity])('instances: %j is a slip: nobody has that many', (instances) => {
    expect(() => importPm2({ apps: [{ script: 'a.js', instances }] })).toThrow(
      /^instances: .* is not a number of instances\. Give 10000 at most\.$/,
    );
  });

  it('each instance has logs of its own, unless they are merged', () => {
    const app = { script: 'a.js', instances: 2, out_file: 'logs/out.log', error_file: 'logs.d/err' };
    const logs = (more: object) => importPm2({ apps: [{ ...app, ...more }] })?.services.map(({ log }) => log);
    expect(logs({})).toEqual([
      { stdout: 'logs/out-0.log', stderr: 'logs.d/err-0' },
      { stdout: 'logs/out-1.log', stderr: 'logs.d/err-1' },
    ]);
    // What all have together has no file of its own beside it.
    expect(logs({ out_file: '/dev/stdout' })).toEqual([
      { stdout: '/dev/stdout', stderr: 'logs.d/err-0' },
      { stdout: '/dev/stdout', stderr: 'logs.d/err-1' },
    ]);
    expect(logs({ merge_logs: true })).toEqual(Array(2).fill({ stdout: 'logs/out.log', stderr: 'logs.d/err' }));
  });

  it('reports a job at fixed times, which cron does not start again', () => {
    const job = { name: 'report', script: 'a.js', autorestart: false, cron_restart: '0 4 * * *' };
    const unsupported = [
      "report: cron_restart: '0 4 * * *' does not start a job that has ended. Let crontab run: rxvisor restart report",
    ];
    expect(importPm2({ apps: [job] })?.unsupported).toEqual(unsupported);
    expect(importPm2([job])?.unsupported).toEqual(unsupported); // a dump
    expect(importPm2({ apps: [{ ...job, autorestart: true }] })?.unsupported).toEqual([]);
    expect(importPm2({ apps: [{ ...job, cron_restart: 0 }] })?.unsupported).toEqual([]);
  });

  it('reports unknown fields, and an environment that does not exist', () => {
    const app = { name: 'web', script: 'a.js', time: true, env_test: {} };
    expect(importPm2({ apps: [app], deploy: {} }, 'production')?.unsupported).toEqual([
      'deploy: {}: not supported by rxvisor; left out.',
      'web: time: true: not supported by rxvisor; left out.',
      'web: env_production is not in the file. The service gets only env.',
    ]);
  });
});
