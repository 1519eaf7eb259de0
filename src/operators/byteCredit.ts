import { BehaviorSubject, type Observable } from 'rxjs';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';

/** The number of bytes that sinks have received and not yet written. The unit is UTF-16 code units, which is close to bytes. */
export interface ByteCredit {
  /** Adds received bytes. */
  readonly take: (size: number) => void;
  /** Subtracts written bytes. */
  readonly give: (size: number) => void;
  /** Emits the current value, then changes. True when the count reaches `high`, false again when it is down to `low`. */
  readonly full$: Observable<boolean>;
}

/** The options of {@link byteCredit}. */
export interface ByteCreditOptions {
  /** The count at which sources pause. Default `1_048_576`. */
  readonly high?: number | undefined;
  /** The count at which they continue: `high` or less. Default `524_288`, or `high` if that is less. */
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
 * Makes a counter for back-pressure between a sink and a source, which RxJS does not have.
 *
 * ```text
 * take/give   -(+600k)-(+600k)----(-600k)-(-600k)-
 * full$       f--------t------------------f-------
 * ```
 *
 * A sink calls `take` for the bytes that it receives and `give` for the bytes that it has written. A source pauses while `full$`
 * is true. Values that an operator between the two filters out never count.
 *
 * @param options see {@link ByteCreditOptions}. Default `{}`
 * @throws RxvisorError with code `ERR_OPTION` for an invalid option or size
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
