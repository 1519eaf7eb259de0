import type { Action, Input } from './scheduler/inputs.js';
import type { PoolState } from './scheduler/poolState.js';
import { step } from './scheduler/step.js';

/** So many inputs that have been seen to are forgotten at once. */
const SPENT = 1_024;

/**
 * Takes what happens to a pool, in order, and performs what its scheduler decides. What happens while it is at it is next:
 * it never re-enters, so that no decision is made on a state that is half changed.
 */
export function advanceBy(
  state: PoolState,
  now: () => number,
  perform: (action: Action) => void,
): (input: Input) => void {
  let inputs: Input[] = [];
  let next = 0;
  let advancing = false;

  return (input) => {
    if (advancing) {
      inputs.push(input);
      return;
    }
    advancing = true;
    try {
      advance(input);
    } finally {
      advancing = false;
    }
  };

  function advance(first: Input): void {
    for (let input: Input | undefined = first; input !== undefined; input = take()) {
      for (const action of step(state, input, now())) perform(action);
    }
  }

  function take(): Input | undefined {
    const input = inputs[next];
    if (input === undefined) return undefined;
    next += 1;
    if (next === inputs.length || next > SPENT) {
      inputs = inputs.slice(next);
      next = 0;
    }
    return input;
  }
}
