import type { AnyContract, CallOptions, Contract, PromisedChannel } from './contract.js';
import type { RpcPeer } from './rpcPeer.js';

/** A peer with promises, typed by the contracts of both sides. */
export function promisedChannel<
  Theirs extends Contract<Theirs> = AnyContract,
  Ours extends Contract<Ours> = AnyContract,
>({ open, handle, destroy }: RpcPeer): PromisedChannel<Theirs, Ours> {
  return {
    call: async (name, ...[args, options]: [unknown?, CallOptions?]) =>
      new Promise((resolve, reject) => {
        const forget = open(name, args, options, {
          value: (value, index) => {
            if (index !== 0) return;
            forget();
            // The contract gives the type of what the other side answers.
            // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to another process
            resolve(value as never);
          },
          error: reject,
          complete: () => undefined,
        });
      }),
    callAll: async (name, ...[args, options]: [unknown?, CallOptions?]) =>
      new Promise((resolve, reject) => {
        const results: unknown[] = [];
        open(name, args, options, {
          value: (value, index) => (results[index] = value),
          error: reject,
          // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the same
          complete: () => resolve(results as never[]),
        });
      }),
    handle,
    destroy,
  };
}
