import { type Agent, get } from 'node:http';

/** What a server on the loopback answers; without an agent on a connection of its own. */
export async function ask(port: number, agent?: Agent, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, ...(agent === undefined ? { agent: false } : { agent }) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    }).on('error', reject);
  });
}
