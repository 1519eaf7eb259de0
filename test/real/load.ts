import { Agent } from 'node:http';
import { ask } from './ask.js';

export interface Load {
  readonly answers: () => number;
  readonly end: () => Promise<{ readonly answers: number; readonly errors: readonly string[] }>;
}

/** Asks without a pause, on kept and on fresh connections, until it is stopped: how many answers, which errors. */
export function load(port: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const errors: string[] = [];
  let answers = 0;
  let over = false;
  const client = async (agent?: Agent): Promise<void> => {
    while (!over) {
      await ask(port, agent).then(
        () => (answers += 1),
        (error: unknown) => errors.push(String(error)),
      );
    }
  };
  const clients = [client(agent), client(agent), client(agent), client(agent), client(), client()];
  return {
    answers: () => answers,
    end: async () => {
      over = true;
      await Promise.all(clients);
      agent.destroy();
      return { answers, errors };
    },
  };
}
