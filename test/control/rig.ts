import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom, type Subscription } from 'rxjs';
import { onTestFinished, vi } from 'vitest';
import {
  connectControl,
  type Control,
  type ControlEvent,
  type ControlOptions,
  serveControl$,
} from '../../src/control/index.js';
import { type ChildSpec, supervise, type Supervisor } from '../../src/index.js';
import { type FakeWorld, fakeWorld } from '../fakeEffects.js';

/** A manager whose children only seem to run, at a real socket. */
export interface Rig {
  readonly path: string;
  readonly world: FakeWorld;
  readonly supervisor: Supervisor;
  readonly events: readonly ControlEvent[];
  readonly serving: Subscription;
  readonly connect: () => Promise<Control>;
  /** What speaks, or not, by itself. */
  readonly raw: () => Promise<RawClient>;
}

export interface RawClient {
  readonly socket: Socket;
  readonly received: () => string;
  readonly ended: Promise<void>;
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rxvisor-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

export async function rig(
  specs: readonly ChildSpec[],
  world = fakeWorld(),
  options: ControlOptions = { path: join(folder(), 'a.sock') },
): Promise<Rig> {
  const supervisor = supervise(specs, { effects: world.effects, signals: false });
  const events: ControlEvent[] = [];
  const serving = serveControl$(supervisor, { name: 'rig', ...options }).subscribe((event) => events.push(event));
  onTestFinished(async () => {
    serving.unsubscribe();
    await supervisor[Symbol.asyncDispose]();
  });
  await vi.waitFor(() => {
    if (events.length === 0) throw new Error('does not listen');
  });
  const path = events.map((event) => (event.type === 'listening' ? event.path : '')).join('');
  await firstValueFrom(
    supervisor.status$.pipe(filter((statuses) => statuses.every(({ state }) => state === 'online'))),
  );
  return {
    path,
    world,
    supervisor,
    events,
    serving,
    connect: async () => {
      const control = await connectControl(path);
      onTestFinished(control.close);
      return control;
    },
    raw: async () => {
      const socket = connect(path);
      let received = '';
      socket.setEncoding('utf8').on('data', (text: string) => (received += text));
      socket.on('error', () => undefined);
      const ended = new Promise<void>((resolve) => {
        socket.on('close', () => {
          resolve();
        });
      });
      onTestFinished(() => void socket.destroy());
      await new Promise((resolve) => socket.once('connect', resolve));
      return { socket, received: () => received, ended };
    },
  };
}

export function frame(message: unknown): string {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
