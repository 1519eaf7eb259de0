import { catchError, lastValueFrom, NEVER } from 'rxjs';
import { serveControl$ } from '../control/serveControl$.js';
import { describeError } from '../model/describeError.js';
import type { ChildSpec } from '../model/childSpec.js';
import { commandEffects } from './commandEffects.js';
import { escapeControls } from '../model/visible.js';
import { consoleOutput } from '../sinks/consoleOutput.js';
import { type Outcome, run$ } from './run$.js';
import { openScreen } from './screenOf.js';

/** Runs services on the standard streams of this process, within reach of the other commands; `duration` in ms. */
export async function runInForeground(
  name: string,
  services: readonly ChildSpec[],
  duration: number | undefined,
): Promise<Outcome> {
  const errors = consoleOutput(process.stderr);
  const report = (problem: string): void => {
    errors.write(`rxvisor: ${problem}\n`, () => undefined);
  };
  const screen = openScreen(process.stdout, process.env, { output: consoleOutput(process.stdout), report });
  // eslint-disable-next-line rxjs-x/no-ignored-default-value -- it always tells how it ended
  return lastValueFrom(
    run$(services, {
      duration,
      screen,
      effects: commandEffects(),
      serve$: (supervisor) =>
        serveControl$(supervisor, { name }).pipe(
          // The services are what it is for.
          catchError((error: unknown) => {
            report(`out of reach of other commands: ${escapeControls(describeError(error).message)}`);
            return NEVER;
          }),
        ),
    }),
  );
}
