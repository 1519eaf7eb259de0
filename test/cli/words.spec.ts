import { describe, expect, it } from 'vitest';
import { childSelector } from '../../src/cli/client/selectChildren.js';
import { exitCodeOf, CliError } from '../../src/cli/cliError.js';
import { withMaxRestarts } from '../../src/cli/config/loadServices.js';
import { expandShorthand, parseSignal } from '../../src/cli/runCli.js';
import { startupUnit } from '../../src/cli/commands/startup.js';
import { type ErrorCode, RxvisorError } from '../../src/index.js';

describe('a target', () => {
  const children = [
    { id: 1, name: 'web', namespace: 'front', pid: 101 },
    { id: 2, name: 'web-admin', pid: 2_002 },
    { id: 3, pid: 1 },
    { id: 4, name: '7', pid: 104 },
    { id: 7, name: 'web', namespace: 'batch' },
    { id: 8, name: '/web/', namespace: 'front', pid: 2 },
    { id: 9, name: '@batch' },
  ];

  it.each([
    ['web', [1, 7]],
    ['2', [2]],
    ['101', [1]],
    ['7', [4]],
    ['id:7', [7]],
    ['pid:2', [8]],
    ['pid:1', [3]],
    ['all', [1, 2, 3, 4, 7, 8, 9]],
    ['@front', [1, 8]],
    ['@batch', [9]],
    ['/^web/', [1, 2, 7]],
    ['/WEB-/i', [2]],
    ['/web-/g', [2]],
    ['/web/', [8]],
  ])('%s', (word, ids) => {
    expect(childSelector(word, children).map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ['wbe', 3, "wbe: no such service. Did you mean 'web'?"],
    ['99', 3, '99: no such service. To list services, run: rxvisor list'],
    ['pid:99', 3, 'pid:99: no such service.'],
    ['@frnt', 3, "@frnt: no such namespace. Did you mean '@front'?"],
    ['@some-other-one', 3, '@some-other-one: no such namespace. Namespaces: @front, @batch.'],
    ['/nobody/', 3, '/nobody/: no such service.'],
    ['/(/', 2, '/(/: Invalid regular expression'],
    ['/a/q', 2, '/a/q: Invalid flags'],
  ])('%s is refused, with %i', (word, exitCode, problem) => {
    let error: unknown;
    try {
      childSelector(word, children);
    } catch (thrown) {
      error = thrown;
    }
    expect.assert(error instanceof CliError);
    expect(error.exitCode).toBe(exitCode);
    expect(error.message).toContain(problem);
  });
});

it.each([
  ['-r app.js -v', 'run app.js -v'],
  ['-r', 'run'],
  ['-l', 'list'],
  ['-l --json', 'list --json'],
  ['-s 4711', 'stop pid:4711'],
  ['-R 4711', 'restart pid:4711'],
  ['-L 4711 -f', 'logs pid:4711 -f'],
  ['-s web', 'stop web'],
  ['-s', 'stop'],
  ['list -l', 'list -l'],
  ['', ''],
  ['toString', 'toString'],
])('the short form %s is %s', (short, long) => {
  expect(expandShorthand(short.split(' ')).join(' ')).toBe(long);
});

it.each([
  ['SIGUSR2', 'SIGUSR2'],
  ['usr2', 'SIGUSR2'],
  ['1', 'SIGHUP'],
  ['SIGNOT', undefined],
  ['99', undefined],
])('the signal %s is %s', (word, signal) => {
  expect(parseSignal(word)).toBe(signal);
});

it('--max-restarts is a limit without end, and 0 a schedule without delays', () => {
  const spec = { command: 'a', restartAt: [1] };
  expect(withMaxRestarts(spec, undefined)).toBe(spec);
  expect(withMaxRestarts(spec, 0)).toEqual({ command: 'a', restartAt: [] });
  expect(withMaxRestarts(spec, 3)).toMatchObject({ restartAt: [1], limit: { max: 3 } });
});

it.each<[unknown, number | undefined]>([
  [new CliError(124, 'late'), 124],
  ...(['ERR_CONFIG', 'ERR_SPEC', 'ERR_OPTION', 'ERR_TARGET'] as const).map((code): [unknown, number] => [
    failed(code),
    2,
  ]),
  [failed('ERR_CONTROL'), 1],
  [failed('ERR_DISPOSED'), 1],
  [new Error('ours'), undefined],
])('%s ends the command with %s', (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

function failed(code: ErrorCode): RxvisorError {
  return new RxvisorError(code, 'x');
}

describe('the systemd unit', () => {
  const command = ['/opt/my node/node', '/x/100%/$main.js'];

  it('of a user', () => {
    const env = { PATH: '/bin', RXVISOR_HOME: '/a "b"', SECRET: 'x' };
    expect(startupUnit({ command, env, system: false })).toBe(`[Unit]
Description=rxvisor, a process supervisor

[Service]
Environment="PATH=/bin"
Environment="RXVISOR_HOME=/a \\"b\\""
ExecStart="/opt/my node/node" "/x/100%%/$$main.js" "daemon" "--resurrect"
KillMode=mixed
TimeoutStopSec=60
Restart=on-failure
RestartSec=1

[Install]
WantedBy=default.target
`);
  });

  it('of the system', () => {
    const unit = startupUnit({ command, env: {}, system: true });
    expect(unit).toContain('After=network.target\n');
    expect(unit).toContain('WantedBy=multi-user.target\n');
  });
});
