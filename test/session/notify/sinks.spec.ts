import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { from, lastValueFrom, type ObservableInput } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CrashDigest, toCommand, toMail, toWebhook } from '../../../src/session/index.js';
import { fakeWorld } from '../../fakeEffects.js';

const digest: CrashDigest = {
  count: 3,
  first: 0,
  last: 1_000,
  key: 'the key',
  crashes: [
    {
      name: 'web',
      attempt: 3,
      cause: 'error',
      error: { name: 'TypeError', message: 'boom\nBcc: all@example.com', stack: 'TypeError: boom\n    at here' },
      stderr: ['last words'],
      time: 1_000,
    },
  ],
};
const subject = 'web has crashed 3 times: TypeError: boom Bcc: all@example.com';
const done = async (work: ObservableInput<unknown>): Promise<unknown> =>
  lastValueFrom(from(work), { defaultValue: 'sent' });

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that speaks as much SMTP as it takes to be sent a mail. */
async function smtp(): Promise<{ port: number; received: string[] }> {
  const received: string[] = [];
  const server = createServer((socket) => {
    let data = false;
    socket.write('220 fake\r\n');
    socket.on('data', (bytes) => {
      received.push(bytes.toString());
      const text = bytes.toString();
      if (data) {
        if (!received.join('').endsWith('\r\n.\r\n')) return;
        data = false;
        socket.write('250 taken\r\n');
      } else if (text.startsWith('DATA')) {
        data = true;
        socket.write('354 go on\r\n');
      } else if (text.startsWith('QUIT')) socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closers.push(async () => new Promise((closed) => server.close(closed)));
  return { port: (server.address() as AddressInfo).port, received };
}

describe('toMail', () => {
  it('sends a mail by nodemailer, and a crash cannot add a header', async () => {
    const { port, received } = await smtp();
    const sink$ = toMail({
      from: 'server@example.com',
      to: ['ops@example.com', 'dev@example.com'],
      transport: { host: '127.0.0.1', port, secure: false, ignoreTLS: true },
    });
    await done(sink$(digest));
    const text = received.join('');
    expect(text).toContain('MAIL FROM:<server@example.com>');
    expect(text).toContain('RCPT TO:<dev@example.com>');
    expect(text.replace(/\r\n /g, ' ')).toContain(`Subject: ${subject}`);
    expect(text).toContain('last words');
    expect(text).toContain('the key');
    expect(text).not.toMatch(/^Bcc:/m);
  });

  it('takes a transport of your own, and passes its failure on', async () => {
    const sendMail = vi.fn(async () => Promise.reject(new Error('no such host')));
    const sink$ = toMail({ from: 'a@example.com', to: 'b@example.com', transport: { sendMail } });
    await expect(done(sink$(digest))).rejects.toThrow('no such host');
    expect(sendMail.mock.calls).toMatchObject([[{ from: 'a@example.com', to: ['b@example.com'], subject }]]);
  });

  it.each([
    [{ from: 'nobody' }, "from: 'nobody' is not an address."],
    [{ from: 'a@example.com\nBcc: b@example.com' }, 'from: '],
    [{ to: [] }, 'to: [] has no address.'],
    [{ to: ['b@example.com', 'c'] }, "to[1]: 'c' is not an address."],
  ])('refuses %o', (wrong, message) => {
    expect(() =>
      toMail({ from: 'a@example.com', to: 'b@example.com', transport: 'smtp://localhost', ...wrong }),
    ).toThrow(message);
  });
});

describe('toWebhook', () => {
  /** Answers with these, in turn; 0: not at all. */
  async function hook(...statuses: readonly number[]): Promise<{ url: string; bodies: unknown[] }> {
    const bodies: unknown[] = [];
    const server = createHttpServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        bodies.push(JSON.parse(text));
        const status = statuses[bodies.length - 1];
        if (status === 0) return;
        response.writeHead(status ?? 500, { location: 'http://127.0.0.1:1/' }).end('an answer');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    closers.push(async () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a/secret`, bodies };
  }

  it('posts the digest, and what people can read', async () => {
    const { url, bodies } = await hook(204);
    expect(await done(toWebhook(url)(digest))).toBe('sent');
    expect(bodies).toMatchObject([{ ...digest, subject }]);
  });

  it('tries again after 5xx, 429, 408 and a silence', async () => {
    const { url, bodies } = await hook(500, 429, 408, 0, 200);
    await done(toWebhook(url, { retryAt: [1, 2, 3, 4], timeout: 500, body: ({ count }) => ({ count }) })(digest));
    expect(bodies).toEqual(Array.from({ length: 5 }, () => ({ count: 3 })));
  });

  it('gives up after the last try, and at once where another one would be in vain; the error leaves out the path', async () => {
    const { url, bodies } = await hook(500, 500, 400, 302);
    const { origin } = new URL(url);
    const sink$ = toWebhook(url, { retryAt: [1] });
    await expect(done(sink$(digest))).rejects.toMatchObject({ code: 'ERR_NOTIFY', message: `${origin}: status 500` });
    await expect(done(sink$(digest))).rejects.toThrow(`${origin}: status 400`);
    expect(bodies).toHaveLength(3);
    const refused = toWebhook('http://127.0.0.1:1/secret', { retryAt: [1] });
    await expect(done(refused(digest))).rejects.toThrow(/^http:\/\/127\.0\.0\.1:1: (?!.*secret)/);
  });

  it.each(['', 'ftp://example.com', 'example.com'])('refuses the URL %o', (url) => {
    expect(() => toWebhook(url)).toThrow(`url: '${url}' is not a URL of http.`);
  });

  it('refuses delays that are none', () => {
    expect(() => toWebhook('http://a.example', { retryAt: [-1] })).toThrow('retryAt[0]: -1 is not a delay.');
  });
});

describe('toCommand', () => {
  it('runs a program that finds all in its environment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rxvisor-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'sent');
    const script = 'printf "%s\\n%s" "$RXVISOR_SUBJECT" "$RXVISOR_DIGEST" > "$1"';
    expect(await done(toCommand('sh', ['-c', script, 'sh', file])(digest))).toBe('sent');
    const [first, json = ''] = readFileSync(file, 'utf8').split('\n');
    expect(first).toBe(subject);
    expect(JSON.parse(json)).toEqual(digest);
  });

  it.each([
    ['exit 3', 'sh: exit code 3'],
    ['kill -9 $$', 'sh: SIGKILL'],
  ])('%s is a failure', async (script, message) => {
    await expect(done(toCommand('sh', ['-c', script])(digest))).rejects.toMatchObject({ code: 'ERR_NOTIFY', message });
  });

  it('so are a program that is not there, and one that takes too long, which is stopped', async () => {
    await expect(done(toCommand('there is no such thing')(digest))).rejects.toThrow('is not in PATH');
    const world = fakeWorld();
    vi.useFakeTimers();
    const work = done(toCommand('sleep', ['60'], { timeout: 100, effects: world.effects })(digest));
    const failed = expect(work).rejects.toThrow('sleep: not done after 100 ms');
    await vi.advanceTimersByTimeAsync(1_000);
    await failed;
    expect(world.children[0]?.signals).toEqual(['SIGTERM']);
    expect(world.alive()).toEqual([]);
    vi.useRealTimers();
  });

  it('cuts what no program can be given', async () => {
    const report = { ...digest.crashes[0]!, stderr: Array.from({ length: 20 }, () => '\0'.repeat(500)) };
    const huge = { ...digest, crashes: Array.from({ length: 10 }, () => report) };
    const script = 'printf "%s" "$RXVISOR_DIGEST" | grep -q "\\"count\\":3"';
    expect(await done(toCommand('sh', ['-c', script])(huge))).toBe('sent');
  });

  it('refuses what cannot be run, at once', () => {
    expect(() => toCommand('')).toThrow('command: ');
    expect(() => toCommand('x', [], { timeout: -1 })).toThrow('timeout: -1 is not a delay.');
  });
});
