// An Express server under a session. GET /crash to see it come back; POST /kill/KEY ends the session.
import express from 'express';
import { killSwitch, worker } from 'rxvisor/session/worker';

const sessionWorker = worker();
const { ipc, settings, onExit, notice } = sessionWorker;
const app = express();

app.get('/', (_request, response) => void response.send('hello\n'));
app.get('/health', (_request, response) => void response.sendStatus(204));
app.get('/crash', () => void setImmediate(() => Promise.reject(new Error('a test of the crash report'))));
app.post('/kill/:key', killSwitch(sessionWorker));
ipc.handle('greet', (whom) => `hello ${whom}`);

const port = settings()['port.server'];
const server = app.listen(port, () => notice(`http://localhost:${port}`));
onExit(
  (why) =>
    new Promise((done) => {
      server.close(done);
      // After a crash, do not wait for open requests.
      if (why.type === 'crash') server.closeAllConnections();
      else server.closeIdleConnections();
    }),
);
