import { afterEach } from 'vitest';
import { beginFile, cleanUp } from './bench.js';

// A worker runs many files and imports each module once. Only a setup file runs again for each of them.
beginFile();
afterEach(cleanUp);
