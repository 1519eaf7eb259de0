// Children are streams. Three workers run; the first answer unsubscribes, which stops the others.
import { finalize, map, merge, take, tap } from 'rxjs';
import { lines, managed$ } from 'rxvisor';

const workers = [3, 1, 2].map((tenths) => ({
  name: `worker-${tenths}`,
  command: process.execPath,
  args: ['-e', `setTimeout(() => console.log('42'), ${tenths * 100}); setTimeout(() => {}, 60_000);`],
}));

merge(
  ...workers.map((spec) =>
    managed$(spec).pipe(
      tap((event) => {
        if (event.type === 'spawned') console.log(`${spec.name} runs`);
      }),
    ),
  ),
)
  .pipe(
    lines(),
    take(1),
    map(({ name, line }) => `${name} answered ${line}`),
    finalize(() => console.log('the others are being stopped')),
  )
  .subscribe((answer) => console.log(answer));
