import { fifo } from './scheduler/fifo.js';
import type { Action, Input } from './scheduler/inputs.js';
import type { PoolState } from './scheduler/poolState.js';
import { step } from './scheduler/step.js';

/**
 * Processes the inputs of a pool in order, and performs the actions of its scheduler. Inputs that arrive meanwhile come next: it is
 * not reentrant, so no decision uses a half-changed state.
 */
export function advanceBy(
  state: PoolState,
  now: () => number,
  perform: (action: Action) => void,
): (input: Input) => void {
  const inputs = fifo<Input>();
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
    for (let input: Input | undefined = first; input !== undefined; input = inputs.shift()) {
      const actions = step(state, input, now());
      for (let action = actions.shift(); action !== undefined; action = actions.shift()) perform(action);
    }
  }
}
