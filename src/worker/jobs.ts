import type { Job } from './createJob.js';

/** The requests that are not answered yet, by their numbers. */
export const jobs: Map<number, Job> = new Map<number, Job>();
