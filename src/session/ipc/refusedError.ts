import { RxvisorError } from '../../model/errors.js';
import { reasonOf } from '../../wire/reasonOf.js';
import { ChannelClosed } from './channelClosed.js';
import type { Refusal } from './line.js';

/**
 * The error of a call that could not be sent, or that could not be answered.
 *
 * @param part which of its two messages could not be sent
 */
export function refusedError({ why, reason }: Refusal, call: string, part: 'argument' | 'result'): RxvisorError {
  if (why === 'nobody') return new ChannelClosed(call, reason);
  const [code, remedy] =
    why === 'size'
      ? (['ERR_TOO_LARGE', 'Send less at once.'] as const)
      : (['ERR_PAYLOAD', "Give what the child's serialization can encode: JSON by default."] as const);
  return new RxvisorError(code, `call '${call}': the ${part} cannot be sent: ${reasonOf(reason)} ${remedy}`);
}
