// An app that subscribes to the statuses of its services, as a window or a dashboard does.
import { distinctUntilChanged, map } from 'rxjs';
import { supervise } from 'rxvisor';

const idle = { command: process.execPath, args: ['-e', 'setTimeout(() => {}, 60_000)'] };
const supervisor = supervise([
  { name: 'web', ...idle },
  { name: 'jobs', ...idle },
]);

supervisor.status$
  .pipe(
    map((statuses) => statuses.map(({ name, state, restarts }) => `${name} ${state} (${restarts})`).join('   ')),
    distinctUntilChanged(),
  )
  .subscribe((line) => console.log(line));

await supervisor.restart('web');
await supervisor.stopAll();
