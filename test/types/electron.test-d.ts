import { app } from 'electron';
import { type ElectronApp, supervise } from '../../src/index.js';

// Electron's own app is what is asked for: checked against electron.d.ts, by tsc.
const asked: ElectronApp = app;
supervise([], { app: asked });
supervise([], { app });
