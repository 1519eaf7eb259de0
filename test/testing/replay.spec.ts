import { merge } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { RxvisorError } from '../../src/index.js';
import { type FakeOptions, type FakeRuns, lifecycle, record, replay } from '../../src/testing/index.js';

/** What is recorded of a fake child under other policies than those that are tested. */
function recordingOf(
  runs: FakeRuns,
  commands: string,
  options: FakeOptions = {},
  names: readonly string[] = [],
): string {
  let recording = '';
  lifecycle(({ fake, managed }) => {
    const specs = names.length === 0 ? [{}] : names.map((name) => ({ name }));
    const each$ = specs.map((spec) => managed(fake(runs, options), { ...spec, restartAt: [1_000] }, commands));
    merge(...each$)
      .pipe(record((line) => (recording += line)))
      .subscribe();
  });
  return recording;
}

describe('replay', () => {
  it('plays the recorded runs again, under other policies', () => {
    const recording = recordingOf(['f', 's 1s o m 1s e', 's 3s r 1s y', 's'], '20s S', { values: { e: 137 } });
    lifecycle(({ managed, expectLifecycle }) => {
      const event$ = managed(replay(recording), { restartAt: [100] }, '10s S');
      expectLifecycle(event$).toBe('(fb) 96ms s 1s o m 1s (xb) 96ms s 3s r 1s (yb) 96ms s 3694ms (pq|)', {
        x: { code: 137 },
        y: { signal: 'SIGKILL' },
        m: { message: 'message' },
      });
    });
  });

  it('keeps the ready of a spawn apart from that of a message', () => {
    const recording = recordingOf(['s 1s x'], '1500ms S');
    lifecycle(({ managed, expectLifecycle }) => {
      const event$ = managed(replay(recording), { restartAt: [] });
      expectLifecycle(event$).toBe('(sr) 997ms (xg|)');
    });
  });

  it('takes a ready for that of a spawn when the clock advanced between the two', () => {
    const recording = [
      '{"at":15,"type":"spawned","pid":1,"attempt":1}\n{"at":16,"type":"ready","attempt":1}',
      '{"at":1015,"type":"exited","code":1,"signal":null,"expected":false,"attempt":1}',
      '{"at":1065,"type":"spawned","pid":2,"attempt":2}\n{"at":1065,"type":"ready","attempt":2}',
    ].join('\n');
    lifecycle(({ managed, expectLifecycle }) => {
      expectLifecycle(managed(replay(recording), { restartAt: [100] })).toBe('(sr) 996ms (xb) 96ms (sr) ...');
    });
  });

  it('goes on for as long as it is not stopped, and then takes as long as it took', () => {
    const recording = recordingOf(['s'], '1s S', { onStop: 150 });
    lifecycle(({ managed, expectLifecycle }) => {
      expectLifecycle(managed(replay(recording), {}, '5s S')).toBe('(sr) 4996ms p 149ms (q|)');
    });
  });

  it('ignores the signal if it had to be killed', () => {
    const recording = recordingOf(['s'], '1s S', { onStop: 'ignore' });
    lifecycle(({ managed, expectLifecycle }) => {
      expectLifecycle(managed(replay(recording), { grace: 500 }, '5s S')).toBe('(sr) 4996ms p 499ms (kq|)');
    });
  });

  it('ends by itself though it left processes behind', () => {
    const recording = [
      '{"at":0,"type":"spawned","pid":1,"attempt":1}',
      '{"at":1000,"type":"stopping","reason":"leftover","attempt":1}',
      '{"at":1010,"type":"exited","code":0,"signal":null,"expected":false,"attempt":1}',
    ].join('\n');
    lifecycle(({ managed, expectLifecycle }) => {
      expectLifecycle(managed(replay(recording), {})).toBe('(sr) 1006ms (z|)');
    });
  });

  it('plays one of several children', () => {
    const recording = recordingOf(['s 1s z'], '|', {}, ['api', 'web']);
    lifecycle(({ managed, expectLifecycle }) => {
      expectLifecycle(managed(replay(recording, { name: 'web' }))).toBe('(sr) 997ms (z|)');
    });
    expect(() => replay(recording)).toThrow(
      "replay: the recording has several children: api, web. Give one: { name: 'api' }.",
    );
    expect(() => replay(recording, { name: 'db' })).toThrow(
      "replay: the recording has no runs of 'db'. Give the lines that record() wrote.",
    );
  });

  it.each([
    ['', 'replay: the recording has no runs.'],
    ['{"at":1,"type":"stable","attempt":1}', 'replay: the recording has no runs.'],
    ['\n{"at":1', 'replay: line 2 is not an event: '],
    ['{"type":"ready","attempt":1}', 'replay: line 1 is not an event: at: '],
    ['{"at":1,"type":"died","attempt":1}', 'replay: line 1 is not an event: type: '],
    [
      '{"at":1,"type":"exited","code":"1","signal":null,"expected":false,"attempt":1}',
      'replay: line 1 is not an event: code: ',
    ],
    ['7', 'replay: line 1 is not an event: '],
  ])('refuses %j', (recording, message) => {
    expect(() => replay(recording)).toThrow(RxvisorError);
    expect(() => replay(recording)).toThrow(message);
  });
});
