import { type SchedulerLike, type Subscription, timer } from 'rxjs';
import { lineCutter } from './lineCutter.js';

/** How many ms chunks are gathered at most. */
const GATHER = 1;

export interface Gathering {
  /** Longer lines are cut in pieces of this many UTF-16 code units. */
  readonly max: number;
  /** What has grown to this many bytes is passed on at once. */
  readonly gather: number;
  /** `cut` counts the line ends that were put into overlong lines. */
  readonly emit: (pieces: readonly Buffer[], cut: number) => void;
}

/** Whole lines of the bytes that are pushed. */
export interface WholeLines {
  readonly push: (chunk: Buffer) => void;
  /** Nothing is passed on while it holds. */
  readonly hold: (on: boolean) => void;
  /** Passes on what is left, its line end added. */
  readonly end: () => void;
  /** Drops what is left. */
  readonly stop: () => void;
}

/**
 * The first chunk after a rest is passed on at once; those that follow within a ms are gathered: a child that makes a
 * system call for each line makes Node read 80,000 times for a million of them, and all that comes behind would run as
 * often.
 */
export function wholeLines({ max, gather: enough, emit }: Gathering, scheduler: SchedulerLike): WholeLines {
  let cut = 0;
  const cutter = lineCutter(max, () => (cut += 1));
  let gathered: Buffer[] = [];
  let size = 0;
  let held = false;
  let gathering: Subscription | undefined;

  return {
    push: (chunk) => {
      add(cutter.push(chunk));
      if (gathering !== undefined && size < enough) return;
      if (gathering === undefined) gather();
      release();
    },
    hold: (on) => {
      held = on;
      release();
    },
    end: () => {
      gathering?.unsubscribe();
      add(cutter.end());
      held = false;
      release();
    },
    stop,
  };

  function stop(): void {
    gathering?.unsubscribe();
    gathered = [];
  }

  function add(pieces: readonly Buffer[]): void {
    for (const piece of pieces) {
      gathered.push(piece);
      size += piece.length;
    }
  }

  function gather(): void {
    const onTime = (): void => {
      gathering = undefined;
      if (size === 0 || held) return;
      gather();
      release();
    };
    gathering = timer(GATHER, scheduler).subscribe({ next: onTime, error: stop });
  }

  /** All is in order before anybody sees it: whoever gets the lines may end the process. */
  function release(): void {
    if (held || gathered.length === 0) return;
    const [pieces, cuts] = [gathered, cut];
    gathered = [];
    size = 0;
    cut = 0;
    emit(pieces, cuts);
  }
}
