import respawn from 'respawn';
import { programs } from '../programs.mjs';

for (const { name, file, args } of programs) respawn([file, ...args], { name }).start();
