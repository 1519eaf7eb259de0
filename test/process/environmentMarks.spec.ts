import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cookiesIn, inheritedEnv, withoutCookies, withoutRxvisorEnv } from '../../src/process/launchEnv.js';

const cookies = { RXVISOR_0123456789abcdef: '1', RXVISOR_fedcba9876543210: '7' };
const forOneChild = {
  RXVISOR_MANAGER_PID: '1',
  RXVISOR_GRACE: '200',
  RXVISOR_SERIALIZATION: 'advanced',
  RXVISOR_WIRE: '4 100',
  RXVISOR_WORKER: '1',
  RXVISOR_SESSION: '{}',
};
const numbers = { RXVISOR_INSTANCE: '3', NODE_APP_INSTANCE: '3' };
const mine = { PATH: '/bin', RXVISOR_HOME: '/r', RXVISOR_DEBUG: '1' };
const all = { ...cookies, ...forOneChild, ...numbers, ...mine };

describe('marks', () => {
  it('are all left out for an independent process, and nothing else is', () => {
    expect(withoutRxvisorEnv(all)).toEqual(mine);
    expect(withoutRxvisorEnv({ NODE_APP_INSTANCE: '1' })).toEqual({ NODE_APP_INSTANCE: '1' });
  });

  it('are inherited by descendants if they are about the whole run', () => {
    expect(inheritedEnv(all)).toEqual({ ...cookies, ...numbers, ...mine });
  });

  it('that are cookies are known by their form', () => {
    expect(cookiesIn(all)).toEqual(cookies);
    expect(withoutCookies(all)).toEqual({ ...forOneChild, ...numbers, ...mine });
  });

  it('are all of ours: a new variable is a mark, or is for users', () => {
    const known = ['RXVISOR_HOME', 'RXVISOR_SUBJECT', 'RXVISOR_TEXT', 'RXVISOR_DIGEST'];
    const used = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => readFileSync(join('src', name), 'utf8').match(/\bRXVISOR_[A-Z_]+\b/g) ?? []);
    const missing = [...new Set(used)].filter((name) => !known.includes(name) && !(name in all));
    expect(missing).toEqual([]);
  });
});
