import { InvalidArgumentError } from 'commander';
import { parseDuration } from './parseDuration.js';

/** For commander: `5s` in ms. @throws InvalidArgumentError */
export function toDuration(text: string): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw new InvalidArgumentError('Give a number and ms, s, m, h or d, above 0 and up to 24d: 500ms, 5s, 1.5h.');
}
