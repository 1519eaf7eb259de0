// The monitor of an Express server: restarts it, reports crashes, and takes commands. Run it and enter 'help', or use
// another terminal: rxvisor console server
import { serveControl$ } from 'rxvisor/control';
import { arg, command, session } from 'rxvisor/session';

/** @typedef {import('./contract.js').ServerSide} ServerSide */

const port = Number(process.env.PORT ?? 8080);
const greet = command('greet', [arg.text('WHOM')], 'greet somebody from the server', async (_session, whom) =>
  ipc.call('greet', whom),
);
/** @type {import('rxvisor/session').Session<ServerSide>} */
const server = session(
  { name: 'server', script: 'server.mjs', cwd: import.meta.dirname, grace: 5_000 },
  {
    ports: { server: port },
    heartbeat: { port: 'server', route: '/health' },
    polling: 5_000,
    // In production: toMail({ … }), toWebhook('https://…') or toCommand('…').
    notify: [async ({ count }) => console.log(`mail: ${count} crash, with the key that ends the session`)],
    commands: [greet],
  },
);
const { ipc } = server;
server.onExit((why) => console.log(`the server ends: ${why.type}`));

const serving = serveControl$(server.supervisor, { name: 'server', console: server.console }).subscribe({
  error: (error) => console.error(String(error)),
});

await server.repl();
const { exitCode } = await server.ended;
serving.unsubscribe();
process.exitCode = exitCode;
process.stdin.destroy();
