import concurrently from 'concurrently';
import { programs } from '../programs.mjs';

const quote = (word) => `'${word.replaceAll("'", "'\\''")}'`;
concurrently(
  programs.map(({ name, file, args }) => ({ name, command: ['exec', ...[file, ...args].map(quote)].join(' ') })),
  { raw: true },
).result.catch(() => undefined);
