#!/usr/bin/env node
import { constants } from 'node:os';
import { CommanderError } from 'commander';
import { RxvisorError } from '../model/errors.js';
import { commandLine } from './commandLine.js';
import { loadServices } from './loadServices.js';

try {
  await commandLine(async ({ file, args, duration }) => {
    const services = await loadServices(file, args);
    process.title = `rxvisor run ${file}`;
    // Not at the top: rxjs takes half the start-up, and neither --help nor a mistake has to wait for it.
    const { inForeground } = await import('./inForeground.js');
    const { code, signal } = await inForeground(services, duration);
    // Whoever started us sees the signal, and not only its number.
    if (signal !== undefined) process.kill(process.pid, signal);
    process.exit(signal === undefined ? code : 128 + constants.signals[signal]);
  }).parseAsync();
} catch (error) {
  // Commander has said already what it found wrong; 0 is that of --help and --version.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  if (!(error instanceof RxvisorError)) throw error;
  process.stderr.write(`rxvisor: ${error.message}\n`);
  process.exit(2);
}
