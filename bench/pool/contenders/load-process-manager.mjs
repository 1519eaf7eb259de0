import { join } from 'node:path';
import lpm from 'load-process-manager';

export async function open() {
  const supervisor = lpm.supervisor({
    worker: { file: join(import.meta.dirname, '../workers/load-process-manager.cjs'), count: 2 },
  });
  const online = new Promise((resolve) => supervisor.on('online', resolve));
  supervisor.start();
  await online;
  return { ask: (value, done) => supervisor.enqueue(value).then((response) => done(response.data)) };
}
