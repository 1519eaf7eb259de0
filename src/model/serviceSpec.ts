import type { ChildSpec } from './childSpec.js';

/** A service of a config, as `rxvisor run` and `rxvisor start` read it. */
export interface ServiceSpec extends ChildSpec {
  /**
   * How many of it there shall be: a number, `'max'` for as many as there are cores, `-1` for one less, and so on. Each finds its
   * number, from 0, in `RXVISOR_INSTANCE`. Default: one, without a number.
   */
  readonly instances?: number | 'max' | undefined;
}
