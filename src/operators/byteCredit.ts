import { BehaviorSubject, type Observable } from 'rxjs';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';

/** Counts what sinks have received and not yet written, in UTF-16 code units, near enough to bytes. */
export interface ByteCredit {
  readonly take: (size: number) => void;
  readonly give: (size: number) => void;
  /** True from the moment `high` is reached until the count is down to `low` again; its value first. */
  readonly full$: Observable<boolean>;
}

export interface ByteCreditOptions {
  /** Default `1_048_576`. */
  readonly high?: number | undefined;
  /** Default `524_288`. */
  readonly low?: number | undefined;
}

const size = checkThat(
  (value) => typeof value === 'number' && value >= 0,
  'is not a size. Give a number of code units, 0 or more.',
);
const amount = checkThat(
  (value) => Number.isFinite(value) && Number(value) >= 0,
  'is not a size. Give a number of code units, 0 or more.',
);
const creditOptions: OptionChecks<ByteCreditOptions> = { high: size, low: size };

/**
 * The back-pressure that RxJS has not: a sink takes credit for what it receives and gives it back when that is
 * written; a source pauses while `full$` is true. What an operator between the two filters away never counts.
 *
 * ```text
 * take/give   -(+600k)-(+600k)----(-600k)-(-600k)-
 * full$       f--------t------------------f-------
 * ```
 *
 * @example
 * ```ts
 * import { byteCredit } from 'rxvisor';
 *
 * const flow = byteCredit({ high: 10, low: 5 });
 * flow.full$.subscribe((full) => {
 *   console.log(full); // false, true, false
 * });
 * flow.take(12);
 * flow.give(8);
 * ```
 */
export function byteCredit(options: ByteCreditOptions = {}): ByteCredit {
  checkOptions(options, creditOptions);
  const { high = 1_048_576, low = Math.min(high, 524_288) } = options;
  checkArgument(
    'low',
    low,
    checkThat(() => low <= high, `is above high. Give ${String(high)} or less.`),
  );
  let held = 0;
  const full$ = new BehaviorSubject(false);
  const change = (difference: number): void => {
    held += difference;
    const full = held >= high || (full$.value && held > low);
    if (full !== full$.value) full$.next(full);
  };
  return {
    take: (taken) => {
      checkArgument('size', taken, amount);
      change(taken);
    },
    give: (given) => {
      checkArgument('size', given, amount);
      change(-given);
    },
    full$: full$.asObservable(),
  };
}
