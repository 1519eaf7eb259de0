import { type NumberTable, numberTable } from '../wire/numberTable.js';
import type { Job } from './createJob.js';

/** The requests that are not answered yet, by their numbers. */
export const jobs: NumberTable<Job> = numberTable<Job>();
