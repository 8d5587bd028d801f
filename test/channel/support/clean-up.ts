/** Ends the threads and removes the files of `agent.ts` after the last test of a file. */
import { afterAll } from 'vitest';
import { endAgents } from './agent.js';

afterAll(endAgents);
