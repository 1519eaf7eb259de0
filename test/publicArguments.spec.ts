import { readFileSync } from 'node:fs';
import { catchError, firstValueFrom, ignoreElements, lastValueFrom, NEVER, type Observable, of, Subject } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { onMessage } from '../src/child/onMessage.js';
import { onStopping } from '../src/child/onStopping.js';
import { ready } from '../src/child/ready.js';
import { send } from '../src/child/send.js';
import * as cluster from '../src/ports/index.js';
import { createControl } from '../src/control/client/control.js';
import * as control from '../src/control/index.js';
import * as core from '../src/index.js';
import { RxvisorError } from '../src/index.js';
import * as pm from '../src/pm.js';
import * as poolEntry from '../src/pool/index.js';
import * as sessionEntry from '../src/session/index.js';
import { channel as workerChannel } from '../src/session/worker/channel.js';
import { onExit } from '../src/session/worker/onExit.js';
import { reportCrashes } from '../src/session/worker/reportCrashes.js';
import { worker, workerOf } from '../src/session/worker/worker.js';
import * as testing from '../src/testing/index.js';
import { busy, ready as workerReady } from '../src/worker/ready.js';
import { emit, on } from '../src/worker/events.js';
import { onHardStop, onSoftStop } from '../src/worker/stops.js';
import { requests } from '../src/worker/requests.js';
import { serve } from '../src/worker/serve.js';
import { formatBlock } from '../src/output/logBytes.js';
import { encodeFrame } from '../src/control/protocol/frames.js';
import { fakeWorld } from './fakeEffects.js';

/** What an argument may be. */
interface Slot {
  readonly name: string;
  /** One that is right. */
  readonly right: unknown;
  /** Which of the wrong ones is right here all the same. */
  readonly takes?: (value: unknown) => boolean;
  /** Each option, and which of the wrong ones it takes. */
  readonly options?: Readonly<Record<string, (value: unknown) => boolean>>;
}

type Call = readonly [name: string, call: (...args: never[]) => unknown, slots: readonly Slot[]];

const nothing = (): undefined => undefined;
/** What people pass by mistake. */
const wrong: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -1, 1.5, NaN, Infinity, 10n, '', 'junk', Symbol('junk')],
  ...[[], [undefined], ['junk'], {}, { junk: 1 }, new Map(), nothing, NEVER],
];

const none = (): boolean => false;
const any = (): boolean => true;
const either =
  (...checks: ((value: unknown) => boolean)[]) =>
  (value: unknown): boolean =>
    checks.some((check) => check(value));
const is =
  (...values: unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isNumber = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value);
const isTransport = (value: unknown): boolean => isText(value) || isPlain(value) || isStream(value);
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isStream = (value: unknown): boolean => value === NEVER;
const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
const isEmptySet = (value: unknown): boolean => isPlain(value) && Object.keys(value).length === 0;
const isPlain = (value: unknown): value is object =>
  Object.prototype.toString.call(value) === '[object Object]' && !isStream(value);
const isList = (value: unknown): boolean => Array.isArray(value);
const orNothing =
  (takes: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || takes(value);

const slot = (name: string, right: unknown, takes: (value: unknown) => boolean = none): Slot => ({
  name,
  right,
  takes,
});
const options = (right: unknown, checks: Slot['options'] = {}, name = 'options'): Slot => ({
  name,
  right,
  takes: orNothing(isEmptySet),
  options: checks,
});
const optional = (name: string, takes: (value: unknown) => boolean = none): Slot =>
  slot(name, undefined, orNothing(takes));
const scheduler = optional('scheduler');
const command$ = optional('command$', isStream);
const spec = slot('spec', { command: 'true' });
const delay = is(0, 1.5);
const group = {
  name: isText,
  restartAt: either(isEmptyList, isFunction),
  restartOk: delay,
  limit: none,
};
const member = (): typeof NEVER => NEVER;

const coreCalls: readonly Call[] = [
  ['managed$', core.managed$, [spec, command$, options({}, { effects: none, flow: none }), scheduler]],
  ['child$', core.child$, [spec, options({}, { act$: isStream, effects: none, flow: none }), scheduler]],
  ['parseSpec', core.parseSpec, [spec]],
  ['constant', core.constant, [slot('constant', 1, delay)]],
  [
    'exponential',
    core.exponential,
    [options({}, { from: is(1.5), factor: is(1.5), to: none, jitter: is(0), random: isFunction })],
  ],
  ['isCrash', core.isCrash, [slot('event', { type: 'ready' })]],
  ['isTerminal', core.isTerminal, [slot('event', { type: 'ready' })]],
  [
    'batchTime',
    core.batchTime,
    [slot('ms', 1, delay), options({}, { maxSize: is(0, 1.5, Infinity), sizeOf: isFunction }), scheduler],
  ],
  ['byteCredit', core.byteCredit, [options({}, { high: is(0, 1.5, Infinity), low: is(0, 1.5) })]],
  [
    'fleet',
    core.fleet,
    [
      slot('instance', () => member, isFunction),
      { ...options({ instances: 1 }, { instances: is(0), name: isText }), takes: none },
    ],
  ],
  ['fleet()', core.fleet(() => member, { instances: 0 }), [command$]],
  ...(['oneForOne', 'oneForAll', 'restForOne'] as const).flatMap((name): Call[] => [
    [name, core[name], [slot('members', [], isEmptyList), options({}, group), scheduler]],
    [`${name}()`, core[name]([]), [command$]],
  ]),
  ['lines', core.lines, []],
  ['orThrow', core.orThrow, []],
  ['stripAnsi', core.stripAnsi, []],
  [
    'giveUpOn',
    core.giveUpOn,
    [
      slot(
        'ends',
        [],
        either(isEmptyList, (value) => String(value) === 'junk' && isList(value)),
      ),
    ],
  ],
  ['resetAfter', core.resetAfter, [slot('resetAfter', 1, either(delay, isFunction)), scheduler]],
  [
    'restartAt',
    core.restartAt,
    [
      slot('restartAt', [], either(isEmptyList, isFunction)),
      options({}, { restartOk: delay, restartOn: none, stopExitCodes: isEmptyList, limit: none, command$: isStream }),
      scheduler,
    ],
  ],
  ['restartWhen', core.restartWhen, [slot('trigger$', NEVER, isStream), slot('reason', 'x', isText)]],
  [
    'scanStatus',
    core.scanStatus,
    [options({}, { name: isText, namespace: isText, id: is(0), instance: is(0) }, 'identity'), scheduler],
  ],
  ['startAfter', core.startAfter, [slot('ready$', NEVER, isStream), options({}, { command$: isStream, name: isText })]],
  [
    'stopWith',
    core.stopWith,
    [
      slot('command$', NEVER, isStream),
      { ...options({ act$: new Subject() }, { act$: none, grace: delay }), takes: none },
      scheduler,
    ],
  ],
  ['switchManaged', core.switchManaged, [slot('project', member, isFunction)]],
  ['withCommands', core.withCommands, [slot('source$', NEVER, isStream), slot('project', member, isFunction)]],
  [
    'logTo',
    core.logTo,
    [
      { ...slot('log', 'x.log', orNothing(isText)), options: { format: isFunction, rotate: none } },
      options({}, { output: isFlag, stripANSI: isFlag, batch: delay, command$: isStream, flow: none, effects: none }),
      scheduler,
    ],
  ],
  ['toConsole', core.toConsole, [options({}, { format: isFunction, flow: none, effects: none }), scheduler]],
  [
    'toFile',
    core.toFile,
    [
      slot('path', 'x.log', isText),
      options(
        {},
        {
          rotate: none,
          fsync: delay,
          onFull: none,
          format: isFunction,
          stripANSI: isFlag,
          stream: none,
          batch: delay,
          command$: isStream,
          flow: none,
          effects: none,
        },
      ),
      scheduler,
    ],
  ],
  ['cron$', core.cron$, [slot('expression', '* * * * *'), options({}, { timezone: none }), scheduler]],
  [
    'lines$',
    core.lines$,
    [slot('source', process.stdin), options({}, { maxLineLength: none, pause$: isStream }), scheduler],
  ],
  [
    'probe$',
    core.probe$,
    [
      {
        ...slot('probe', { tcp: 1 }),
        options: { every: is(1.5), timeout: is(1.5), failures: none, http: none, exec: none },
      },
      options({}, { effects: none }),
      scheduler,
    ],
  ],
  ['signal$', core.signal$, [slot('signals', [], isEmptyList), options({}, { effects: none })]],
  [
    'tail$',
    core.tail$,
    [
      slot('path', 'x.log', isText),
      options({}, { lines: is(0, Infinity), follow: isFlag, maxLineLength: none, effects: none }),
      scheduler,
    ],
  ],
  ['usage$', core.usage$, [slot('pid', 1), options({}, { every: is(1.5), effects: none }), scheduler]],
  [
    'watch$',
    core.watch$,
    [
      slot('paths', ['x'], (value) => String(value) === 'junk' && isList(value)),
      options(
        {},
        {
          ignore: either(isEmptyList, (value) => String(value) === 'junk' && isList(value)),
          debounce: delay,
          cwd: isText,
          effects: none,
        },
      ),
      scheduler,
    ],
  ],
  [
    'supervise',
    core.supervise,
    [
      slot('specs', [], orNothing(isEmptyList)),
      options({}, { signals: isFlag, grace: delay, effects: none, app: none, flow: none, scheduler: none }),
    ],
  ],
];

/** What a method takes for a target, though it is no child's. */
const target = slot('target', 'x', either(is(0, -1, 'junk'), isFunction));
const { supervise } = core;
const supervisor = supervise();
const supervisorCalls: readonly Call[] = [
  ['start', supervisor.start, [spec]],
  ['startAll', supervisor.startAll, [slot('specs', [], isEmptyList)]],
  ['add', supervisor.add, [spec, options({}, { id: none })]],
  ['children', supervisor.children, [target]],
  ['stop', supervisor.stop, [target, options({}, { grace: delay })]],
  ['stopAll', supervisor.stopAll, [options({}, { grace: delay })]],
  ['restart', supervisor.restart, [target]],
  ['remove', supervisor.remove, [target]],
  ['reset', supervisor.reset, [target]],
  ['fail', supervisor.fail, [target, optional('reason')]],
  ['signal', supervisor.signal, [target, slot('signal', 'SIGHUP')]],
  ['send', supervisor.send, [target, slot('message', 'x', any), slot('handle', undefined, any)]],
  ['reopenLogs', supervisor.reopenLogs, [target]],
  ['watch', supervisor.watch, [target, optional('on', isFlag)]],
  ['describe', supervisor.describe, [target]],
  ['onStopping', supervisor.onStopping, [slot('handler', nothing, isFunction)]],
  ['onStopAll', supervisor.onStopAll, [slot('handler', nothing, isFunction)]],
];

const added = supervisor.add({ command: 'x' });
/** A list of names: empty, or of one name. */
const isNameList = either(isEmptyList, (value) => String(value) === 'junk' && isList(value));
const addedCalls: readonly Call[] = [
  ['start', added.start, []],
  ['waitFor', added.waitFor, [slot('services', ['x'], orNothing(isNameList))]],
  ['giveUp', added.giveUp, [slot('dependencies', ['x'], isNameList)]],
  ['stop', added.stop, [options({}, { grace: delay })]],
  ['remove', added.remove, []],
];

const callback = optional('callback', isFunction);
const pmCalls: readonly Call[] = [
  // With a callback that is right, the error is the callback's.
  ['start', pm.start, [spec]],
  [
    'start, with a callback',
    (given: never) => pm.start({ command: '' }, given),
    [slot('callback', nothing, isFunction)],
  ],
  ['stop', pm.stop, [target, callback]],
  ['stopall', pm.stopall, [callback]],
  ['restart', pm.restart, [target, callback]],
  ['onstopping', pm.onstopping, [slot('handler', nothing, isFunction)]],
];

const sent: unknown[] = [];
const client = createControl({
  path: '',
  manager: { pid: 1, version: '', protocol: 1, startedAt: 0 },
  call: async (...args: unknown[]) => {
    sent.push(args);
    return undefined as never;
  },
  subscribe: () => nothing,
  pause: nothing,
  resume: nothing,
  close: nothing,
});
const remote = slot('target', 'x', is(0, -1, 'junk'));
const clientCalls: readonly Call[] = [
  ['logs$', client.logs$, [remote, options({}, { lines: is(0, Infinity), follow: isFlag })]],
  ['describe', client.describe, [remote, options({}, { env: isFlag, secrets: isFlag })]],
  ['usage', client.usage, [remote]],
  ['start', client.start, [spec]],
  ['stop', client.stop, [remote, options({}, { grace: delay })]],
  ['restart', client.restart, [remote]],
  ['reload', client.reload, [remote, options({}, { parallel: none })]],
  ['delete', client.delete, [remote]],
  ['reset', client.reset, [remote]],
  ['duplicate', client.duplicate, [remote]],
  ['scale', client.scale, [remote, slot('count', 1)]],
  ['signal', client.signal, [remote, slot('signal', 'SIGHUP')]],
  ['send', client.send, [remote, slot('message', 1, any)]],
  ['reopenLogs', client.reopenLogs, [remote]],
  ['watch', client.watch, [remote, optional('on', isFlag)]],
  ['console.run', client.console.run, [slot('line', 'x', (value) => typeof value === 'string')]],
  ['console.complete', client.console.complete, [slot('line', 'x', (value) => typeof value === 'string')]],
  ['shutdown', client.shutdown, [options({}, { grace: delay })]],
];

const controlCalls: readonly Call[] = [
  [
    'connectControl',
    control.connectControl,
    [slot('path', '/nowhere/x.sock', isText), options({}, { timeout: delay })],
  ],
  ['findControls', control.findControls, [options({}, { timeout: delay })]],
  [
    'serveControl$',
    control.serveControl$,
    [
      slot('supervisor', supervisor),
      options({}, { path: isText, name: isText, savedList: isText, console: none, effects: none }),
    ],
  ],
];

// By themselves: the index takes SIGTERM and the IPC channel of its process.
const child = { onMessage, onStopping, ready, send };
const childCalls: readonly Call[] = [
  ['onMessage', child.onMessage, [slot('handler', nothing, isFunction)]],
  ['onStopping', child.onStopping, [slot('handler', nothing, isFunction)]],
  ['ready', child.ready, []],
  ['send', child.send, [slot('message', 1, any)]],
];

const server = { script: 'server.js' };
const clusterCalls: readonly Call[] = [
  ['cluster', cluster.cluster, [slot('spec', server), options({}, { instances: is(0, -1), effects: none })]],
  ['cluster()', cluster.cluster(server), [command$]],
];

const testingCalls: readonly Call[] = [
  [
    'fakeChild',
    testing.fakeChild,
    [
      slot('runs', ['s x'], isEmptySet),
      options(
        {},
        { onStop: either(is(0, 1.5, Infinity), isFunction), values: either(isPlain, isStream), scheduler: none },
      ),
    ],
  ],
  ['letterOf', testing.letterOf, [slot('event', { type: 'ready' })]],
  [
    'lifecycle',
    testing.lifecycle,
    [slot('work', nothing, isFunction), options({}, { maxTime: is(0), maxSteps: is(0) })],
  ],
  ['record', testing.record, [slot('write', nothing, isFunction), scheduler]],
  [
    'replay',
    testing.replay,
    [
      slot(
        'recording',
        '{"at":0,"type":"spawned","pid":1,"attempt":1}\n{"at":1,"type":"exited","code":0,"signal":null,"uptime":1,"expected":false,"attempt":1}\n',
        is(''),
      ),
      options({}, { name: isText, scheduler: none, origin: is(0, -1, 1.5) }),
    ],
  ],
];

const isString = (value: unknown): boolean => typeof value === 'string';
const isWhole = (value: unknown): boolean => value === 0;
const isTextList = (value: unknown): boolean => isList(value) && String(value) === 'junk';
const timeless = { timeout: is(0, 1.5, Infinity) };

const world = fakeWorld((child) => {
  child.onSignal = () => child.exit(0);
});
const pool = poolEntry.createPool({ script: 'worker', size: 1 }, { effects: world.effects });
const anything = slot('payload', 1, any);
const requestOptions = {
  timeout: is(0, 1.5, Infinity),
  retries: isWhole,
  stream: none,
  socket: none,
  signal: none,
  key: isString,
};
const poolCalls: readonly Call[] = [
  [
    'createPool',
    poolEntry.createPool,
    [
      { ...slot('spec', { script: 'x' }), options: { size: none, script: isText, grace: delay } },
      options(
        {},
        {
          timeout: is(1.5, Infinity),
          retries: isWhole,
          concurrency: is(Infinity),
          queue: isEmptySet,
          balance: isFunction,
          onUnresponsive: none,
          recycle: isEmptySet,
          maxFrame: none,
          signals: isFlag,
          effects: none,
          scheduler: none,
        },
      ),
    ],
  ],
  [
    'viaPool',
    poolEntry.viaPool,
    [slot('pool', pool), options({}, { ordered: isFlag, concurrency: is(Infinity), request: isFunction })],
  ],
];
const poolMethods: readonly Call[] = [
  ['request$', pool.request$, [anything, options({}, requestOptions)]],
  ['broadcast', pool.broadcast, [slot('event', 'x', isString), anything]],
  ['on$', pool.on$, [slot('event', 'x', isString)]],
  ['resize', pool.resize, [slot('size', 1)]],
];

// By themselves, too.
const workerSide = { busy, emit, on, onHardStop, onSoftStop, ready: workerReady, requests, serve };
const handler = slot('handler', nothing, isFunction);
const workerCalls: readonly Call[] = [
  ['busy', busy, []],
  ['emit', emit, [slot('event', 'x', isString), anything]],
  ['on', on, [slot('event', 'x', isString), handler]],
  ['onHardStop', onHardStop, [handler]],
  ['onSoftStop', onSoftStop, [handler]],
  ['ready', workerReady, []],
  ['requests', requests, []],
  ['serve', serve, [handler]],
];

const aTarget = { event$: NEVER, send: nothing };
const channelOptions = { name: isText };
const beat = {
  timeout: is(1.5),
  tolerance: isWhole,
  startTimeout: delay,
  route: none,
};
const sessionOptions = {
  ports: isPlain,
  polling: none,
  heartbeat: none,
  notify: isEmptyList,
  throttle: delay,
  key: none,
  commands: isEmptyList,
  print: isFunction,
  grace: delay,
  signals: isFlag,
  effects: none,
  scheduler: none,
};
const mail = { from: 'a@b', to: 'a@b', transport: 'smtp://localhost' };
const killSwitchSlot: Slot = {
  ...slot('options', { key: 'k'.repeat(16), endSession: nothing }),
  // Has other fields besides, as a session has.
  options: {},
};
const replOptions = { input: none, output: none, terminal: isFlag, prompt: isString, ended: none };
const aConsole = slot('console', { run: nothing, complete: nothing });
const sessionCalls: readonly Call[] = [
  ['channel', sessionEntry.channel, [slot('target', aTarget), options({}, { ...channelOptions, scheduler: none })]],
  [
    'command',
    sessionEntry.command,
    [
      slot('name', 'x', isText),
      slot('args', [], isEmptyList),
      slot('help', 'x', isString),
      slot('run', nothing, isFunction),
    ],
  ],
  ['crashes', sessionEntry.crashes, [scheduler]],
  [
    'heartbeat$',
    sessionEntry.heartbeat$,
    [
      {
        ...options(
          { port: 80 },
          { ...beat, port: none, every: either(is(1.5), isStream), now$: isStream, effects: none },
        ),
        takes: none,
      },
      scheduler,
    ],
  ],
  ['killSwitch', sessionEntry.killSwitch, [killSwitchSlot]],
  [
    'notify',
    sessionEntry.notify,
    [
      slot('crash$', NEVER, isStream),
      slot('sink$', nothing, isFunction),
      options({}, { throttle: delay, key: isString, onFailed: isFunction, scheduler: none }),
    ],
  ],
  [
    'session',
    sessionEntry.session,
    [spec, { ...options({ effects: fakeWorld().effects }, sessionOptions), takes: either(is(undefined), isEmptySet) }],
  ],
  ['startRepl', sessionEntry.startRepl, [aConsole, options({}, replOptions)]],
  [
    'toCommand',
    sessionEntry.toCommand,
    [
      slot('command', 'x', isText),
      slot('args', [], either(is(undefined), isEmptyList, isTextList)),
      options({}, { timeout: delay, effects: none, scheduler: none }),
    ],
  ],
  [
    'toMail',
    sessionEntry.toMail,
    [{ ...slot('options', mail), options: { from: none, to: none, transport: isTransport } }],
  ],
  [
    'toWebhook',
    sessionEntry.toWebhook,
    [
      slot('url', 'http://x'),
      options({}, { headers: isEmptySet, body: isFunction, timeout: delay, retryAt: isEmptyList, scheduler: none }),
    ],
  ],
];
const argCalls: readonly Call[] = [
  ['choice', sessionEntry.arg.choice, [slot('word', 'x', isText)]],
  [
    'whole',
    sessionEntry.arg.whole,
    [slot('label', 'N', isText), optional('least', isNumber), optional('most', isNumber)],
  ],
  ['text', sessionEntry.arg.text, [slot('label', 'N', isText), optional('words', isFunction)]],
  ['optional', sessionEntry.arg.optional, [slot('argument', sessionEntry.arg.text('N'))]],
];

const made = sessionEntry.session({ command: 'x' }, { effects: world.effects, ports: { server: 80 }, print: nothing });
afterAll(async () => {
  await Promise.all([made.endSession('the tests are over'), pool.hardStop(), supervisor.stopAll()]);
});
const end = { graceful: isFlag, exitCode: isWhole };
const sessionMethods: readonly Call[] = [
  ['set', made.set, [slot('name', 'polling'), slot('value', 1), options({}, { restart: isFlag, now: isFlag })]],
  ['restart', made.restart, [options({}, { force: isFlag })]],
  ['endSession', made.endSession, [slot('reason', 'x', isText), options({}, end)]],
  ['onExit', made.onExit, [handler]],
  ['repl', made.repl, [options({}, replOptions)]],
  ['ipc.call', made.ipc.call, [slot('name', 'x', isString), anything, options({}, timeless)]],
  ['ipc.callAll', made.ipc.callAll, [slot('name', 'x', isString), anything, options({}, timeless)]],
  [
    'ipc.call$',
    async (...args: never[]) => firstValueFrom(Reflect.apply(made.ipc.call$, undefined, args) as Observable<unknown>),
    [slot('name', 'x', isString), anything, options({}, timeless)],
  ],
  ['ipc.handle', made.ipc.handle, [slot('name', 'x', isString), handler]],
  ['console.run', made.console.run, [slot('line', '', isString)]],
  ['console.complete', made.console.complete, [slot('line', '', isString)]],
];

// By themselves: the index takes the IPC channel of its process.
const sessionWorker = { channel: workerChannel, killSwitch: sessionEntry.killSwitch, onExit, reportCrashes, worker };
const sessionWorkerCalls: readonly Call[] = [
  ['channel', workerChannel, [options({}, { ...channelOptions, ref: isFlag })]],
  ['killSwitch', sessionEntry.killSwitch, [killSwitchSlot]],
  ['onExit', onExit, [handler]],
  ['reportCrashes', reportCrashes, []],
  ['worker', worker, []],
];

it.each([
  ['rxvisor/child', 'child', child],
  ['rxvisor/worker', 'worker', workerSide],
  ['rxvisor/session/worker', 'session/worker', { ...sessionWorker, ChannelClosed: undefined }],
])('%s is here with every function', (_entry, folder, functions) => {
  const index = readFileSync(new URL(`../src/${folder}/index.ts`, import.meta.url), 'utf8');
  const lists = [...index.matchAll(/^export \{([^}]+)\}/gm)].map(([, list]) => String(list));
  const names = lists.flatMap((list) => list.match(/(?<!type )\b(?!type\b)\w+/g) ?? []);
  expect(names.sort()).toEqual(Object.keys(functions).sort());
});

const aChannel = sessionEntry.channel(aTarget);
const itsWorker = workerOf(sessionEntry.channel({ event$: NEVER, send: nothing }, { name: 'own' }), aChannel, {
  key: 'k',
  settings: {},
});
const workerMethods: readonly Call[] = [
  ['ipc.call', itsWorker.ipc.call, [slot('name', 'x', isString), anything, options({}, timeless)]],
  ['ipc.callAll', itsWorker.ipc.callAll, [slot('name', 'x', isString), anything, options({}, timeless)]],
  ['ipc.handle', itsWorker.ipc.handle, [slot('name', 'x', isString), handler]],
  ['onSetting', itsWorker.onSetting, [handler]],
  ['onExit', itsWorker.onExit, [handler]],
  ['notice', itsWorker.notice, [slot('text', 'x', isString)]],
  ['endSession', itsWorker.endSession, [slot('reason', 'x', isText), options({}, end)]],
];

const credit = core.byteCredit();
const amount = slot('size', 1, is(0, 1.5));
const creditCalls: readonly Call[] = [
  ['take', credit.take, [amount]],
  ['give', credit.give, [amount]],
];

const modules: readonly (readonly [string, object, readonly Call[]])[] = [
  ['rxvisor', core, coreCalls],
  ['a supervisor', supervisor, supervisorCalls],
  ['a child of a supervisor', { ...added }, addedCalls],
  ['rxvisor/pm', pm, pmCalls],
  ['rxvisor/control', control, controlCalls],
  [
    'a control',
    {
      ...client,
      ...under('console', client.console),
      ping: undefined,
      version: undefined,
      list: undefined,
      save: undefined,
      resurrect: undefined,
      close: undefined,
    },
    clientCalls,
  ],
  ['rxvisor/child', child, childCalls],
  ['rxvisor/cluster', cluster, clusterCalls],
  ['rxvisor/testing', testing, testingCalls],
  ['rxvisor/pool', poolEntry, poolCalls],
  ['a pool', { ...pool, softStop: undefined, hardStop: undefined, capacity: undefined }, poolMethods],
  ['rxvisor/worker', workerSide, workerCalls],
  ['rxvisor/session', { ...sessionEntry, ChannelClosed: undefined }, sessionCalls],
  ['arg', sessionEntry.arg, argCalls],
  [
    'a session',
    {
      ...{ ...made, ...under('ipc', made.ipc), ...under('console', made.console) },
      ...{ settings: undefined, 'ipc.destroy': undefined },
    },
    sessionMethods,
  ],
  ['rxvisor/session/worker', sessionWorker, sessionWorkerCalls],
  // With the functions of what it holds, by their names there.
  [
    'a worker',
    {
      ...itsWorker,
      ...under('ipc', itsWorker.ipc),
      settings: undefined,
      'ipc.destroy': undefined,
      'ipc.call$': undefined,
    },
    workerMethods,
  ],
  ['a byte credit', credit, creditCalls],
];

describe.each(modules)('%s', (_module, exported, calls) => {
  it('is here with every function', () => {
    const known = new Set(calls.map(([name]) => name));
    const functions = Object.entries(exported).filter(
      ([name, value]) => typeof value === 'function' && !name.endsWith('Error'),
    );
    expect(functions.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  });

  const cases = calls.flatMap(([name, call, slots]) => slots.map((_, index) => [name, index, call, slots] as const));
  it.each(cases)(
    '%s, argument %i: what is wrong is refused, by name, value and remedy',
    async (_name, index, call, slots) => {
      const { name, takes = none, options = {} } = slots[index]!;
      const rights = slots.map(({ right }) => right);
      const ask = async (value: unknown): Promise<unknown> => thrownBy(call, rights.with(index, value));
      for (const value of wrong) {
        if (takes(value)) continue;
        const error = await ask(value);
        expect(error, `${name}: ${inWords(value)}`).toBeInstanceOf(RxvisorError);
        expect(String(error), inWords(value)).toMatch(
          /: .* (is not|is missing|names no child|missing\.|unknown|Give) ?.*\./s,
        );
      }
      const right: object = isObject(rights[index]) ? rights[index] : {};
      for (const [key, fits] of Object.entries(options)) {
        // A slip of the finger is named with what was meant.
        const slip = await ask({ ...right, [`${key}x`]: 1 });
        expect(slip, `${key}x`).toBeInstanceOf(RxvisorError);
        expect(String(slip)).toContain(`Did you mean '${key}'?`);
        for (const value of wrong) {
          if (value === undefined || fits(value)) continue;
          const error = await ask({ ...right, [key]: value });
          expect(error, `${name}.${key}: ${inWords(value)}`).toBeInstanceOf(RxvisorError);
          expect(String(error)).toContain(key);
          expect(String(error)).toMatch(/Give|Leave|Did you mean|Known (fields|options)/);
        }
      }
      expect(sent).toEqual([]);
    },
  );
});

/** The functions of a field, with its name before theirs. */
function under(field: string, held: object): object {
  return Object.fromEntries(
    Object.entries(held).map(([name, value]: [string, unknown]) => [`${field}.${name}`, value]),
  );
}

async function thrownBy(call: (...args: never[]) => unknown, args: readonly unknown[]): Promise<unknown> {
  try {
    return await Reflect.apply(call, undefined, args);
  } catch (error) {
    return error;
  }
}

function inWords(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

it.each<[string, () => unknown]>([
  ['instances of a cluster', () => cluster.cluster(server, { instances: 10_001 })],
  ['instances of a fleet', () => core.fleet(() => member, { instances: 10_001 })],
  ['scale', async () => client.scale('x', 10_001)],
  ['reload', async () => client.reload('x', { parallel: 10_001 })],
])('%s: there is a limit', async (_, call) => {
  const error = await thrownBy(call, []);
  expect(error).toBeInstanceOf(RxvisorError);
  expect(String(error)).toMatch(/: 10001 is not a number of .* to 10000/);
  expect(sent).toEqual([]);
});

describe('what a function that was given returns', () => {
  const event: core.ChildEvent = { type: 'spawned', pid: 1, attempt: 1 };
  const given = (value: unknown) => (): never => value as never;
  /** The error that a stream ends with. */
  const endOf = async (stream$: Observable<unknown>): Promise<unknown> =>
    lastValueFrom(
      stream$.pipe(
        ignoreElements(),
        catchError((error: unknown) => of(error)),
      ),
    );
  const streams: readonly (readonly [string, (value: unknown) => Observable<unknown>])[] = [
    ['resetAfter', (value) => of(event).pipe(core.resetAfter(given(value)))],
    ['withCommands', (value) => core.withCommands(NEVER, given(value))],
    ['fleet', (value) => core.fleet(given(value), { instances: 1 })()],
    ['fleet, the instance', (value) => core.fleet(() => given(value), { instances: 1 })()],
    ['oneForOne', (value) => core.oneForOne([given(value)])()],
    ['oneForAll', (value) => core.oneForAll([given(value)])()],
    ['restForOne', (value) => core.restForOne([given(value)])()],
  ];
  it.each(streams)('%s: what is no Observable is an error by name and value', async (_, call) => {
    for (const value of [undefined, null, 5, 'junk', {}, Promise.resolve()]) {
      const error = await endOf(call(value));
      expect(error, inWords(value)).toBeInstanceOf(RxvisorError);
      expect(String(error)).toMatch(/\(\): .* is not an? (Observable|function)\. Return one\b/);
    }
  });

  it('a predicate that returns a promise picks nobody, rather than all', async () => {
    const supervisor = supervise();
    supervisor.add({ name: 'a', command: 'true' });
    const predicate = given(Promise.resolve(false));
    await expect(supervisor.remove(predicate)).rejects.toThrow('target: a predicate returned a promise.');
    expect(supervisor.describe('a')).toHaveLength(1);
    await supervisor.remove('a');
  });

  it.each([undefined, null, 5, {}, Promise.resolve('junk')])('a format that returns %o costs no line', (value) => {
    const about = { name: 'a', stream: 'stdout', time: 0 } as const;
    expect(() => formatBlock(given(value), 'line\n', about)).toThrow(
      /^format\(\): .* is not a line\. Return a string\.$/,
    );
  });
});

it('a message that JSON cannot hold is refused by the control client', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  for (const value of [1n, { a: 1n }, deep]) {
    expect(() => encodeFrame({ value })).toThrow(/^message: cannot be JSON: .*\. Give what JSON can hold\.$/);
  }
});

it('what is right is not refused', () => {
  // That the walk above does not pass by refusing everything.
  for (const [name, call, slots] of [...coreCalls, ...clusterCalls, ...testingCalls]) {
    const rights = slots.map(({ right }) => right);
    expect(() => void Reflect.apply(call, undefined, rights), name).not.toThrow();
  }
});
