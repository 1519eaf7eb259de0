import { RxvisorError } from '../../model/errors.js';

/** A call that will get no answer: one of the two sides has gone, or the channel was destroyed. Its code is `ERR_CHANNEL`. */
export class ChannelClosed extends RxvisorError {
  override readonly name = 'ChannelClosed';

  constructor(call: string, why: string) {
    super('ERR_CHANNEL', `call '${call}': ${why}.`);
  }
}
