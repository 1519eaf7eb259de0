import { describe, expect, it } from 'vitest';
import { importPm2 } from '../../src/cli/importPm2.js';
import { parseSpec } from '../../src/model/parseSpec.js';

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
  pm_out_log_path: '/root/.pm2/logs/web-out.log',
  pm_err_log_path: '/root/.pm2/logs/web-error.log',
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
          log: { stdout: '/root/.pm2/logs/web-out.log', stderr: '/root/.pm2/logs/web-error.log' },
          env: { PORT: '80', unique_id: 'x' },
          restartOn: 'exit',
          restartAt: [500],
          restartOk: 1_000,
          limit: { max: 16, within: 17 * 1_500 },
          grace: 3_000,
          stopExitCodes: [0],
        },
      ],
      left: ["web: cron_restart: '0 0 * * *'", 'web: max_memory_restart: 1000000'],
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
      ...Array<object>(2).fill({ name: 'web', namespace: 'site', script: 'web.js', restartAt: [], grace: 5_000 }),
      {
        ...{ script: 'job.py', interpreter: 'python3', args: ['a', 'b'], log: { file: 'x.log' } },
        ...{ restartOn: 'exit', grace: 1_600 },
      },
      { command: '/bin/tool', restartOn: 'exit', restartOk: 200, grace: 1_600 },
    ]);
    expect(imported?.left).toEqual([`'/bin/tool': watch: ["src"]`]);
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
});
