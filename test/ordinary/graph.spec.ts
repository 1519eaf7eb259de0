// A project whose dependencies are drawn, before its services run and while they do.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServiceSpec } from 'rxvisor';
import { start } from '../fixtures/cli-harness.js';
import { main, users } from '../real/commands.js';

const user = users();

const services: readonly (ServiceSpec & { readonly instances?: number })[] = [
  { name: 'web', command: 'sleep', args: ['600'], dependsOn: ['db'], instances: 2 },
  { name: 'db', command: 'sh', args: ['-c', 'echo here; exec sleep 600'], ready: { line: 'here' } },
];

describe('graph', () => {
  it('draws the config of the folder; shows the states once a manager runs the services', async () => {
    const { home, run, begin } = user();
    writeFileSync(join(home, 'rxvisor.config.json'), JSON.stringify(services));
    const graph = async (...args: string[]) => {
      const program = start(
        process.execPath,
        [main, 'graph', ...args],
        { RXVISOR_HOME: home, LC_ALL: 'C.UTF-8' },
        home,
      );
      return { ...(await program.ended), out: program.stdout(), err: program.stderr() };
    };
    expect(await graph()).toMatchObject({
      code: 0,
      err: '',
      out: 'SERVICE └─ NEEDS  MUST BE\nweb ×2\n└─ db             ready\n',
    });
    const manager = begin('run', join(home, 'rxvisor.config.json'));
    await manager.says(/web#\d started[^]*web#\d started/);
    expect((await graph()).out).toMatch(/^SERVICE └─ NEEDS {2}STATE +MUST BE\nweb ×2 +online\n└─ db +online +ready\n$/);
    expect(JSON.parse((await graph('--format', 'json')).out)).toEqual({
      services: [
        { name: 'web', instances: 2, dependsOn: { db: { condition: 'ready', restart: false } }, state: 'online' },
        { name: 'db', instances: 1, dependsOn: {}, state: 'online' },
      ],
    });
    expect((await graph('--format', 'dot')).out).toContain('s0 [label="web ×2\\nonline"];');
    expect((await graph('--format', 'mermaid')).out).toContain('s0 -->|"ready"| s1');
    manager.process.kill('SIGTERM');
    await manager.ended;
    expect((await run('graph', join(home, 'rxvisor.config.json'), '--json')).out).toContain('"state":null');
  });

  it.each([
    [['dbb'], "services[0] ('web'): dependsOn: 'dbb' is not the name of a service. Did you mean 'db'?"],
    [['web'], 'web → web is a cycle'],
  ])('refuses dependsOn: %j with exit code 2', async (dependsOn, problem) => {
    const { home, run } = user();
    const file = join(home, 'services.config.json');
    writeFileSync(file, JSON.stringify([{ ...services[0], dependsOn }, services[1]]));
    const { code, out, err } = await run('graph', file);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(problem);
  });
});
