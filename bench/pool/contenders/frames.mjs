// The ceiling: frames in batches over a pipe, that the worker sends back unread.
import { twoWorkers } from '../frames.mjs';

export const open = () => twoWorkers('bytes');
