// The same, with values: each end encodes and decodes each one.
import { twoWorkers } from '../frames.mjs';

export const open = () => twoWorkers('values');
